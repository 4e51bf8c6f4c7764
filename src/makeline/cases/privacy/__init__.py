"""How long customers' photographs and what is made of them stay, who may have them erased, and that it happens."""
