\set chosen random(0, 199)
SELECT place_order(:chosen);
