"""Letters leave by SMTP; embedded shops keep them in a folder, where they can be read."""
