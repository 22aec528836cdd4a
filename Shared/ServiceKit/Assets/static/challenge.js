// Does the work of a challenge (docs/adr/0037): finds a number for which SHA-256 of "<challenge>:<number>" begins with so many zero
// bits, and sends the form on. Our own SHA-256, for the browser's is slow for short texts and missing where there is no TLS.
(function () {
  "use strict";
  var form = document.getElementById("challenge-form");
  if (!form || typeof Int32Array === "undefined") { return; }
  var bits = parseInt(form.getAttribute("data-bits"), 10);
  var prefix = form.getAttribute("data-challenge") + ":";
  var progress = document.getElementById("challenge-progress");
  document.getElementById("challenge-work").hidden = false;
  document.getElementById("challenge-question").hidden = true;

  // The first 32 bits of the fractional parts of the roots of the first primes (FIPS 180-4 §4.2.2, §5.3.3).
  var K = new Int32Array(64), H = new Int32Array(8), found = 0;
  for (var candidate = 2; found < 64; candidate++) {
    var prime = true;
    for (var divisor = 2; divisor * divisor <= candidate; divisor++) { if (candidate % divisor === 0) { prime = false; break; } }
    if (!prime) { continue; }
    var root = Math.pow(candidate, 1 / 3), square = Math.sqrt(candidate);
    K[found] = ((root - Math.floor(root)) * 4294967296) | 0;
    if (found < 8) { H[found] = ((square - Math.floor(square)) * 4294967296) | 0; }
    found++;
  }
  var W = new Int32Array(64), state = new Int32Array(8);

  function compress(bytes, start) {
    for (var i = 0; i < 64; i++) {
      if (i < 16) {
        var p = start + i * 4;
        W[i] = bytes[p] << 24 | bytes[p + 1] << 16 | bytes[p + 2] << 8 | bytes[p + 3];
      } else {
        var x = W[i - 15], y = W[i - 2];
        W[i] = ((x >>> 7 | x << 25) ^ (x >>> 18 | x << 14) ^ x >>> 3) + W[i - 7]
          + ((y >>> 17 | y << 15) ^ (y >>> 19 | y << 13) ^ y >>> 10) + W[i - 16] | 0;
      }
    }
    var a = state[0], b = state[1], c = state[2], d = state[3], e = state[4], f = state[5], g = state[6], h = state[7];
    for (i = 0; i < 64; i++) {
      var t1 = h + ((e >>> 6 | e << 26) ^ (e >>> 11 | e << 21) ^ (e >>> 25 | e << 7)) + (g ^ e & (f ^ g)) + K[i] + W[i] | 0;
      var t2 = ((a >>> 2 | a << 30) ^ (a >>> 13 | a << 19) ^ (a >>> 22 | a << 10)) + (a & b | c & (a | b)) | 0;
      h = g; g = f; f = e; e = d + t1 | 0; d = c; c = b; b = a; a = t1 + t2 | 0;
    }
    state[0] += a; state[1] += b; state[2] += c; state[3] += d; state[4] += e; state[5] += f; state[6] += g; state[7] += h;
  }

  function zeroBits(text) {
    var length = text.length, size = (length + 72 >> 6) << 6, bytes = new Uint8Array(size);
    for (var i = 0; i < length; i++) { bytes[i] = text.charCodeAt(i); }
    bytes[length] = 128;
    bytes[size - 2] = length >> 5 & 255;
    bytes[size - 1] = length << 3 & 255;
    state.set(H);
    for (i = 0; i < size; i += 64) { compress(bytes, i); }
    for (i = 0; i < 8; i++) { if (state[i] !== 0) { return i * 32 + Math.clz32(state[i]); } }
    return 256;
  }

  var number = 0, expected = Math.pow(2, bits);
  (function work() {
    // Short pieces: the page stays alive, on a slow phone too.
    var until = Date.now() + 40;
    do {
      for (var i = 0; i < 50; i++, number++) {
        if (zeroBits(prefix + number) >= bits) {
          form.elements.challenge_proof.value = prefix + number;
          progress.value = 100;
          form.submit();
          return;
        }
      }
    } while (Date.now() < until);
    progress.value = 100 * (1 - Math.exp(-number / expected));
    setTimeout(work, 0);
  })();
})();
