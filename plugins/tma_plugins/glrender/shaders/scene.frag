#version 410 core
// The reflectance is that of glTF 2.0's appendix B, and the light from everywhere that of the ray
// casting renderer: both renderers' pictures are to look alike.
const int LAMPS = 16;
const float SHEEN = 0.04;
const float RIM = 0.6;
const float THROUGH = 0.65;
const float LIFT = 0.003;
const float WIDEST = 0.06;

in vec3 point;
in vec3 upright;
in vec2 texel;
in vec4 dye;
out vec4 shown;

uniform vec3 eye;
uniform vec4 base;
uniform float metallic;
uniform float roughness;
uniform float cutoff;
uniform float ambient;
uniform sampler2D skin;

// Position, or direction towards the sun with w = 0.
uniform vec4 lamp_place[LAMPS];
// Direction in which it shines, and the cosine where its cone ends.
uniform vec4 lamp_beam[LAMPS];
// Light at distance 1, and one over the cosines' difference between full light and the end.
uniform vec4 lamp_power[LAMPS];
uniform int lamp_count;

#ifdef SHADES_USED
// The first lamps throw shadows.
uniform mat4 shade_view[SHADES_USED];
// Nearest and farthest depth; the lamp's size in shares of the map's width (at depth 1, if it is in
// perspective); 1 for perspective.
uniform vec4 shade_lens[SHADES_USED];
uniform sampler2D shade_solid[SHADES_USED];
#ifdef CLEAR_USED
uniform sampler2D shade_clear[SHADES_USED];
#endif

const int TAPS = 16;
// A spiral as of a sunflower's seeds.
const vec2 SEEDS[TAPS] = vec2[](
    vec2(0.1768, 0.0000), vec2(-0.2258, 0.2068), vec2(0.0346, -0.3938), vec2(0.2846, 0.3712),
    vec2(-0.5222, -0.0924), vec2(0.4947, -0.3147), vec2(-0.1655, 0.6155), vec2(-0.3156, -0.6076),
    vec2(0.6846, 0.2500), vec2(-0.7123, 0.2940), vec2(0.3434, -0.7337), vec2(0.2537, 0.8089),
    vec2(-0.7647, -0.4432), vec2(0.8971, -0.1972), vec2(-0.5475, 0.7788), vec2(-0.1265, -0.9761)
);

float depth_of(float value, vec4 lens)
{
    float ranged = lens.x * lens.y / (lens.y - value * (lens.y - lens.x));
    return lens.w > 0.5 ? ranged : mix(lens.x, lens.y, value);
}

// Half the width, in shares of the map's, of the edge of a shadow.
float penumbra(float here, float blocker, vec4 lens)
{
    return lens.z * max(here - blocker, 0.0) / (lens.w > 0.5 ? here * blocker : 1.0);
}

// Share of the four texels around that keep the light out, by their nearness.
float kept_out(sampler2D map, vec2 at, float size, float limit)
{
    vec4 dark = step(textureGather(map, at), vec4(limit));
    vec2 part = fract(at * size - 0.5);
    vec2 rows = mix(dark.wx, dark.zy, part.x);
    return mix(rows.x, rows.y, part.y);
}

float shadow(sampler2D map, vec3 at, vec4 lens)
{
    float limit = min(at.z, 0.99999);
    float size = float(textureSize(map, 0).x);
#ifdef SOFT_USED
    float here = depth_of(at.z, lens);
    float reach = clamp(penumbra(here, lens.x, lens), 1.0 / size, WIDEST);
    float total = 0.0;
    float count = 0.0;
    for (int i = 0; i < TAPS; i += 2) {
        float value = texture(map, at.xy + reach * SEEDS[i]).r;
        float near = step(value, limit);
        total += near * depth_of(value, lens);
        count += near;
    }
    if (count == 0.0) {
        return 0.0;
    }
    float wide = clamp(penumbra(here, total / count, lens), 1.2 / size, WIDEST);
#else
    float wide = 1.0 / size;
#endif
    float dark = 0.0;
    for (int i = 0; i < TAPS; i += STRIDE_USED) {
        dark += kept_out(map, at.xy + wide * SEEDS[i], size, limit);
    }
    return dark * float(STRIDE_USED) / float(TAPS);
}

vec3 in_shade_map(int i, vec3 facing)
{
    vec4 seen = shade_view[i] * vec4(point + facing * LIFT, 1.0);
    return seen.xyz / seen.w * 0.5 + 0.5;
}

#define UNSHADED(i) { \
    vec3 at = in_shade_map(i, facing); \
    if (at.z > 0.0 && all(greaterThan(at.xy, vec2(0.0))) && all(lessThan(at.xy, vec2(1.0)))) { \
        light[i] = 1.0 - shadow(shade_solid[i], at, shade_lens[i]); \
        THROUGH_CLEAR(i) \
    } }
#ifdef CLEAR_USED
#define THROUGH_CLEAR(i) light[i] *= mix(1.0, THROUGH, shadow(shade_clear[i], at, shade_lens[i]));
#else
#define THROUGH_CLEAR(i)
#endif
#endif

vec4 linear(vec4 color)
{
    vec3 low = color.rgb / 12.92;
    vec3 high = pow((color.rgb + 0.055) / 1.055, vec3(2.4));
    return vec4(mix(high, low, lessThanEqual(color.rgb, vec3(0.04045))), color.a);
}

vec3 surroundings(vec3 n, vec3 v, vec3 color, vec3 shine)
{
    float nv = clamp(dot(n, v), 0.0, 1.0);
    float mirrored = 2.0 * dot(n, v) * n.z - v.z;
    float bright = clamp(mirrored * 1.5 + 0.25, 0.0, 1.0);
    vec3 grazing = shine + (1.0 - shine) * pow(1.0 - nv, 5.0);
    float smoothness = (1.0 - roughness) * (1.0 - roughness);
    return ambient * (color * (0.9 + 0.2 * n.z) + grazing * smoothness * bright);
}

vec3 reflected(vec3 n, vec3 v, vec3 l, float facing, vec3 diffuse, vec3 shine)
{
    vec3 h = normalize(l + v);
    float nl = max(facing, 1e-3);
    float nv = clamp(dot(n, v), 1e-3, 1.0);
    float nh = clamp(dot(n, h), 0.0, 1.0);
    float vh = clamp(dot(v, h), 0.0, 1.0);
    float rough = clamp(roughness, 0.04, 1.0);
    vec3 fresnel = shine + (1.0 - shine) * pow(1.0 - vh, 5.0);
    float square = rough * rough * rough * rough;
    float around = nh * nh * (square - 1.0) + 1.0;
    float spread = square / max(around * around, 1e-9);
    float k = (rough + 1.0) * (rough + 1.0) / 8.0;
    float masking = 1.0 / ((nl * (1.0 - k) + k) * (nv * (1.0 - k) + k));
    return (1.0 - fresnel) * diffuse + fresnel * min(spread * masking / 4.0, 60.0);
}

void main()
{
    vec4 color = base * dye;
#ifdef SKIN_USED
    color *= linear(texture(skin, texel, -0.5));
#endif
#ifdef MASK_USED
    if (color.a < cutoff) {
        discard;
    }
#endif
    vec3 v = normalize(eye - point);
    vec3 facing = normalize(cross(dFdx(point), dFdy(point)));
    facing = dot(facing, v) < 0.0 ? -facing : facing;
    vec3 n = normalize(upright);
    n = dot(n, facing) < 0.0 ? -n : n;
    vec3 diffuse = color.rgb * ((1.0 - SHEEN) * (1.0 - metallic));
    vec3 shine = SHEEN + (color.rgb - SHEEN) * metallic;
    vec3 result = surroundings(n, v, color.rgb, shine);
    vec4 light = vec4(1.0);
#ifdef SHADES_USED
    UNSHADED(0)
#if SHADES_USED > 1
    UNSHADED(1)
#endif
#if SHADES_USED > 2
    UNSHADED(2)
#endif
#if SHADES_USED > 3
    UNSHADED(3)
#endif
#endif
    for (int i = 0; i < lamp_count; i++) {
        vec3 away = lamp_place[i].xyz - point * lamp_place[i].w;
        float square = dot(away, away);
        vec3 l = away * inversesqrt(square);
        float inside = clamp((-dot(l, lamp_beam[i].xyz) - lamp_beam[i].w) * lamp_power[i].w, 0.0, 1.0);
        float strength = inside * inside * (i < 4 ? light[i] : 1.0) / (lamp_place[i].w > 0.5 ? square : 1.0);
        float nl = dot(n, l);
        if (nl > 0.0) {
            result += strength * nl * lamp_power[i].rgb * reflected(n, v, l, nl, diffuse, shine);
        }
    }
#ifdef BLEND_USED
    float side = pow(1.0 - clamp(dot(n, v), 0.0, 1.0), 3.0);
    float cover = color.a > 0.0 ? color.a + (1.0 - color.a) * RIM * side : 0.0;
    shown = vec4(result, cover);
#else
    shown = vec4(result, 1.0);
#endif
}
