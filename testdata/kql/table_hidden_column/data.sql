INSERT INTO resources (id, name, type) VALUES ('/r', 'r', 't');
