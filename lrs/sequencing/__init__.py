"""Which part of a course a learner may open next: Sequencing and Navigation of SCORM 2004, 4th Edition (the SN book).

Pure: a tree, how a learner stands in it and a request give what is delivered and how they stand then. Functions name
the process of the book that they follow (UP.4, RB.1.5, SB.2.9 …).
"""
