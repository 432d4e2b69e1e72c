#version 410 core
// The object's number, where enough of it covers what is behind to count as seen.
const float RIM = 0.6;
const float SEEN = 0.02;

in vec3 point;
in vec3 upright;
in vec2 texel;
in vec4 dye;
out uint owner;

uniform vec3 eye;
uniform vec4 base;
uniform float cutoff;
uniform sampler2D skin;
uniform int number;

void main()
{
#ifdef ALPHA_USED
    float alpha = base.a * dye.a;
#ifdef SKIN_USED
    alpha *= texture(skin, texel, -0.5).a;
#endif
#ifdef MASK_USED
    if (alpha < cutoff) {
        discard;
    }
#else
    float side = pow(1.0 - clamp(abs(dot(normalize(upright), normalize(eye - point))), 0.0, 1.0), 3.0);
    if (alpha <= 0.0 || alpha + (1.0 - alpha) * RIM * side <= SEEN) {
        discard;
    }
#endif
#endif
    owner = uint(number);
}
