/* Decodes one hostile picture and draws it anew, in a process of its own: it has no environment, no connections, little memory
 * and little time, so that what goes wrong in a decoder stays here.
 *
 *   media-worker TYPE ORIENTATION MAX_PIXELS MAX_EDGE THUMB_EDGE   picture on standard input
 *
 * Standard output: one line "WIDTH HEIGHT HASH SIZE THUMB_SIZE" (HASH in 16 hex digits), then the picture and its thumbnail.
 * PNG stays PNG, all else becomes JPEG. Status 0: done. 2: unreadable. 3: too many pixels. 4: called wrongly. */
#include <gd.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/resource.h>

enum { UNREADABLE = 2, TOO_MANY_PIXELS = 3, WRONG_CALL = 4, MAXIMUM_INPUT = 33554432 };

static void quiet(int priority, const char *format, va_list arguments) {
    (void)priority; (void)format; (void)arguments;
}

static void limit(int resource, rlim_t value) {
    struct rlimit bound = {value, value};
    if (setrlimit(resource, &bound) != 0) exit(WRONG_CALL);
}

static unsigned char *read_all(int *size) {
    unsigned char *bytes = malloc(MAXIMUM_INPUT);
    if (!bytes) exit(UNREADABLE);
    size_t length = fread(bytes, 1, MAXIMUM_INPUT, stdin);
    if (length == 0 || !feof(stdin)) exit(UNREADABLE);
    *size = (int)length;
    return bytes;
}

static gdImagePtr decode(const char *type, int size, unsigned char *bytes) {
    if (strcmp(type, "image/jpeg") == 0) return gdImageCreateFromJpegPtrEx(size, bytes, 0);
    if (strcmp(type, "image/png") == 0) return gdImageCreateFromPngPtr(size, bytes);
    if (strcmp(type, "image/webp") == 0) return gdImageCreateFromWebpPtr(size, bytes);
    if (strcmp(type, "image/heic") == 0) return gdImageCreateFromHeifPtr(size, bytes);
    exit(WRONG_CALL);
}

static gdImagePtr rotated(gdImagePtr image, int degrees) {
    gdImagePtr turned = gdImageRotateInterpolated(image, (float)degrees, 0);
    if (!turned) exit(UNREADABLE);
    gdImageDestroy(image);
    return turned;
}

/* EXIF's eight orientations; gd turns against the clock. */
static gdImagePtr upright(gdImagePtr image, int orientation) {
    switch (orientation) {
    case 2: gdImageFlipHorizontal(image); return image;
    case 3: gdImageFlipBoth(image); return image;
    case 4: gdImageFlipVertical(image); return image;
    case 5: gdImageFlipHorizontal(image); return rotated(image, 90);
    case 6: return rotated(image, 270);
    case 7: gdImageFlipHorizontal(image); return rotated(image, 270);
    case 8: return rotated(image, 90);
    default: return image;
    }
}

/* A copy whose longer edge is at most `edge`, on white where the original is transparent and the target is JPEG. */
static gdImagePtr drawn(gdImagePtr image, int edge, int keep_alpha) {
    int width = gdImageSX(image), height = gdImageSY(image);
    int longer = width > height ? width : height;
    int w = longer > edge ? (int)((int64_t)width * edge / longer) : width;
    int h = longer > edge ? (int)((int64_t)height * edge / longer) : height;
    if (w < 1) w = 1;
    if (h < 1) h = 1;
    gdImagePtr copy = gdImageCreateTrueColor(w, h);
    if (!copy) exit(UNREADABLE);
    gdImageAlphaBlending(copy, keep_alpha ? 0 : 1);
    gdImageSaveAlpha(copy, keep_alpha);
    gdImageFilledRectangle(copy, 0, 0, w - 1, h - 1,
        keep_alpha ? gdTrueColorAlpha(255, 255, 255, gdAlphaTransparent) : gdTrueColor(255, 255, 255));
    if (w == width && h == height) gdImageCopy(copy, image, 0, 0, 0, 0, w, h);
    else gdImageCopyResampled(copy, image, 0, 0, 0, 0, w, h, width, height);
    return copy;
}

/* dHash: is each of 8 × 8 spots brighter than its right neighbour? Survives scaling, re-encoding and small touches. */
static uint64_t perceptual_hash(gdImagePtr image) {
    gdImagePtr small = gdImageCreateTrueColor(9, 8);
    if (!small) exit(UNREADABLE);
    gdImageCopyResampled(small, image, 0, 0, 0, 0, 9, 8, gdImageSX(image), gdImageSY(image));
    uint64_t hash = 0;
    for (int y = 0; y < 8; y++) {
        for (int x = 0; x < 8; x++) {
            int here = gdImageGetTrueColorPixel(small, x, y), right = gdImageGetTrueColorPixel(small, x + 1, y);
            int a = 299 * gdTrueColorGetRed(here) + 587 * gdTrueColorGetGreen(here) + 114 * gdTrueColorGetBlue(here);
            int b = 299 * gdTrueColorGetRed(right) + 587 * gdTrueColorGetGreen(right) + 114 * gdTrueColorGetBlue(right);
            hash = hash << 1 | (uint64_t)(a > b);
        }
    }
    gdImageDestroy(small);
    return hash;
}

int main(int count, char **arguments) {
    if (count != 6) return WRONG_CALL;
    prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0);
    limit(RLIMIT_AS, 1536UL << 20);
    limit(RLIMIT_CPU, 30);
    limit(RLIMIT_CORE, 0);
    limit(RLIMIT_FSIZE, 0);
    limit(RLIMIT_NOFILE, 16);
    gdSetErrorMethod(quiet);
    const char *type = arguments[1];
    int is_png = strcmp(type, "image/png") == 0;
    long max_pixels = atol(arguments[3]);
    int size = 0;
    unsigned char *bytes = read_all(&size);
    gdImagePtr image = decode(type, size, bytes);
    free(bytes);
    if (!image) return UNREADABLE;
    /* The caller has read the size off the header already; a decoder may think otherwise. */
    if ((int64_t)gdImageSX(image) * gdImageSY(image) > max_pixels) return TOO_MANY_PIXELS;
    gdImagePtr picture = drawn(image, atoi(arguments[4]), is_png);
    gdImageDestroy(image);
    picture = upright(picture, atoi(arguments[2]));
    gdImagePtr thumbnail = drawn(picture, atoi(arguments[5]), 0);
    uint64_t hash = perceptual_hash(thumbnail);
    int picture_size = 0, thumbnail_size = 0;
    gdImageInterlace(picture, 0);
    if (is_png) gdImageSaveAlpha(picture, 1);
    void *picture_bytes = is_png ? gdImagePngPtrEx(picture, &picture_size, 6) : gdImageJpegPtr(picture, &picture_size, 85);
    void *thumbnail_bytes = gdImageJpegPtr(thumbnail, &thumbnail_size, 75);
    if (!picture_bytes || !thumbnail_bytes) return UNREADABLE;
    printf("%d %d %016llx %d %d\n", gdImageSX(picture), gdImageSY(picture), (unsigned long long)hash, picture_size, thumbnail_size);
    fwrite(picture_bytes, 1, (size_t)picture_size, stdout);
    fwrite(thumbnail_bytes, 1, (size_t)thumbnail_size, stdout);
    return fflush(stdout) == 0 ? 0 : UNREADABLE;
}
