"""What people read and hear, one file a language; a folder of the site may hold further ones."""
