#version 410 core
// Attributes that a mesh lacks have a constant value.
layout(location = 0) in vec3 position;
layout(location = 1) in vec3 normal;
layout(location = 2) in vec2 uv;
layout(location = 3) in vec4 tint;

uniform mat4 place;
uniform mat4 view;

out vec3 point;
out vec3 upright;
out vec2 texel;
out vec4 dye;

void main()
{
    vec4 world = place * vec4(position, 1.0);
    point = world.xyz;
    upright = mat3(place) * normal;
    texel = uv;
    dye = tint;
    gl_Position = view * world;
}
