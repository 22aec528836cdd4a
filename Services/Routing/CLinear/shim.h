#pragma once
#include <linear.h>
#include <math.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

/* The few loops that run millions of times in training, and thousands of times in a decision. Here they cost the same in a
   debug build as in an optimised one; everything that decides something is Swift. */

static inline uint32_t sinergi_hash(const uint8_t *bytes, int length, uint32_t seed) {
    uint32_t hash = 2166136261u ^ seed;
    for (int i = 0; i < length; i++) hash = (hash ^ bytes[i]) * 16777619u;
    hash ^= hash >> 15;
    hash *= 2246822519u;
    return hash ^ (hash >> 13);
}

/* Hashes of all byte n-grams of 3 to 5 bytes of a word between two blanks; `out` has room for 3 × (length + 2). */
static inline int sinergi_grams(const uint8_t *word, int length, uint32_t seed, uint32_t *out) {
    uint8_t padded[66];
    if (length > 64) length = 64;
    padded[0] = ' ';
    memcpy(padded + 1, word, (size_t)length);
    padded[length + 1] = ' ';
    int size = length + 2, count = 0;
    for (int start = 0; start < size; start++)
        for (int n = 3; n <= 5 && start + n <= size; n++) out[count++] = sinergi_hash(padded + start, n, seed);
    return count;
}

static inline int sinergi_compare_ids(const void *left, const void *right) {
    uint32_t a = *(const uint32_t *)left, b = *(const uint32_t *)right;
    return (a > b) - (a < b);
}

/* Sorts ids and keeps each once, with its count beside it. Returns how many are left. */
static inline int64_t sinergi_count(uint32_t *ids, int64_t length, uint32_t *counts) {
    qsort(ids, (size_t)length, sizeof(uint32_t), sinergi_compare_ids);
    int64_t kept = 0;
    for (int64_t i = 0; i < length; i++) {
        if (kept > 0 && ids[kept - 1] == ids[i]) {
            counts[kept - 1]++;
        } else {
            ids[kept] = ids[i];
            counts[kept++] = 1;
        }
    }
    return kept;
}

/* Position of an id in ascending ids, or -1. */
static inline int sinergi_find(const uint32_t *ids, int count, uint32_t id) {
    int low = 0, high = count - 1;
    while (low <= high) {
        int middle = (low + high) / 2;
        if (ids[middle] == id) return middle;
        if (ids[middle] < id) low = middle + 1; else high = middle - 1;
    }
    return -1;
}

/* Adds factor × row to the scores of all classes. */
static inline void sinergi_add(float *scores, const int8_t *row, float factor, int classes) {
    for (int c = 0; c < classes; c++) scores[c] += factor * (float)row[c];
}

/* One feature's weights, as bytes; the largest becomes 127. Returns the factor that restores them. */
static inline float sinergi_pack(const double *weights, int classes, double sign, int8_t *row) {
    double largest = 0;
    for (int c = 0; c < classes; c++) if (fabs(weights[c]) > largest) largest = fabs(weights[c]);
    if (largest == 0) { memset(row, 0, (size_t)classes); return 0; }
    for (int c = 0; c < classes; c++) row[c] = (int8_t)lrint(sign * weights[c] / largest * 127);
    return (float)(largest / 127);
}

/* Mean negative logarithm of the probability of the true class, for scores sharpened by `beta`. */
static inline double sinergi_loss(const double *scores, const int32_t *truth, int64_t rows, int classes, double beta) {
    double loss = 0;
    for (int64_t r = 0; r < rows; r++) {
        const double *row = scores + r * classes;
        double top = row[0], sum = 0;
        for (int c = 1; c < classes; c++) if (row[c] > top) top = row[c];
        for (int c = 0; c < classes; c++) sum += exp(beta * (row[c] - top));
        loss += log(sum) - beta * (row[truth[r]] - top);
    }
    return rows > 0 ? loss / (double)rows : 0;
}

static inline void sinergi_silence(const char *line) { (void)line; }

/* liblinear reports its progress on standard output otherwise. */
static inline void sinergi_be_quiet(void) { set_print_string_function(sinergi_silence); }
