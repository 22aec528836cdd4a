#pragma once
#include <curl/curl.h>
#include <string.h>

/* Swift cannot call variadic C functions: one inline wrapper for each kind of argument that the mail channel passes. */

static inline CURLcode sinergi_curl_set_long(CURL *curl, CURLoption option, long value) {
    return curl_easy_setopt(curl, option, value);
}

static inline CURLcode sinergi_curl_set_string(CURL *curl, CURLoption option, const char *value) {
    return curl_easy_setopt(curl, option, value);
}

static inline CURLcode sinergi_curl_set_list(CURL *curl, CURLoption option, struct curl_slist *value) {
    return curl_easy_setopt(curl, option, value);
}

static inline CURLcode sinergi_curl_set_buffer(CURL *curl, CURLoption option, char *value) {
    return curl_easy_setopt(curl, option, value);
}

static inline CURLcode sinergi_curl_response_code(CURL *curl, long *code) {
    return curl_easy_getinfo(curl, CURLINFO_RESPONSE_CODE, code);
}

/* A message in memory, read by libcurl piece by piece. The bytes must live until the transfer is over. */
typedef struct {
    const char *bytes;
    size_t length;
    size_t offset;
} sinergi_upload;

static inline size_t sinergi_upload_read(char *to, size_t size, size_t count, void *from) {
    sinergi_upload *upload = (sinergi_upload *)from;
    size_t room = size * count;
    size_t left = upload->length - upload->offset;
    size_t piece = left < room ? left : room;
    memcpy(to, upload->bytes + upload->offset, piece);
    upload->offset += piece;
    return piece;
}

static inline CURLcode sinergi_curl_set_upload(CURL *curl, sinergi_upload *upload) {
    CURLcode code = curl_easy_setopt(curl, CURLOPT_READFUNCTION, sinergi_upload_read);
    if (code == CURLE_OK) code = curl_easy_setopt(curl, CURLOPT_READDATA, upload);
    if (code == CURLE_OK) code = curl_easy_setopt(curl, CURLOPT_INFILESIZE_LARGE, (curl_off_t)upload->length);
    if (code == CURLE_OK) code = curl_easy_setopt(curl, CURLOPT_UPLOAD, 1L);
    return code;
}
