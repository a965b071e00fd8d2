"""The tests of the documents, and the incident that most of them tell."""
