"""Questions about objects in the cells of a square grid, whatever draws them.

Task families share these rooms: `layout` (cells and relative positions), `spaces` (what can be
asked), `wanted` (descriptions of objects), `arrange` (who stands where), `truth` (what is true of
an arrangement), `wording` (how it is asked); and the five kinds of question on top of them: `base`,
`what`, `where`, `counting`.
"""
