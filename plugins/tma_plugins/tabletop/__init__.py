"""Rooms shared by the renderers of tabletop scenes: meshes, surfaces, lights, what is seen."""
