#version 410 core
out vec4 shown;
uniform sampler2D rows;

void main()
{
    shown = vec4(texelFetch(rows, ivec2(0, int(gl_FragCoord.y)), 0).rgb, 1.0);
}
