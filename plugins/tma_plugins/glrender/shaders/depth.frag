#version 410 core
in vec2 texel;
in vec4 dye;

uniform vec4 base;
uniform float cutoff;
uniform sampler2D skin;

void main()
{
#ifdef MASK_USED
    float alpha = base.a * dye.a;
#ifdef SKIN_USED
    alpha *= texture(skin, texel, -0.5).a;
#endif
    if (alpha < cutoff) {
        discard;
    }
#endif
}
