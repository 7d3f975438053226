package dev.terrarium.bench;

import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/// An HTTP request as bytes, as an SDK would send it, with room for a number that changes from one
/// to the next.
///
/// @param bytes the whole request
/// @param slot where eight digits stand, or -1 if all requests are the same
/// @param numbers how many different numbers there are
record Request(byte[] bytes, int slot, int numbers) {
  private static final String SLOT = "########";

  Request {
    bytes = bytes.clone();
  }

  /// A request signed for a service, with a signature of the right shape.
  static Request of(
      String service, String method, String path, String headers, byte[] body, int numbers) {
    var head =
        method
            + " "
            + path
            + " HTTP/1.1\r\nHost: localhost:4566\r\n"
            + "User-Agent: aws-sdk-java/2.40.2 md/io#sync md/http#Apache ua/2.1 os/Linux lang/java#25\r\n"
            + "amz-sdk-invocation-id: 3a1f0c52-9b0e-4a39-8a0c-5a1f0c529b0e\r\n"
            + "amz-sdk-request: attempt=1; max=3\r\n"
            + "X-Amz-Date: 20261101T000000Z\r\n"
            + "Authorization: AWS4-HMAC-SHA256 Credential=test/20261101/us-east-1/"
            + service
            + "/aws4_request, SignedHeaders=amz-sdk-invocation-id;amz-sdk-request;host;x-amz-date, Signature="
            + "0123456789abcdef".repeat(4)
            + "\r\n"
            + headers
            + (method.equals("GET") ? "" : "Content-Length: " + body.length + "\r\n")
            + "\r\n";
    var bytes = new ByteArrayOutputStream();
    bytes.writeBytes(head.getBytes(StandardCharsets.UTF_8));
    bytes.writeBytes(body);
    return new Request(
        bytes.toByteArray(),
        numbers == 0 ? -1 : bytes.toString(StandardCharsets.ISO_8859_1).indexOf(SLOT),
        numbers);
  }

  /// The bytes for a body that follows, whose length a header has told already.
  byte[] withoutLength() {
    var text = new String(bytes, StandardCharsets.ISO_8859_1);
    return text.replace("Content-Length: 0\r\n", "").getBytes(StandardCharsets.ISO_8859_1);
  }

  /// The bytes with a number in its place.
  byte[] numbered(long number) {
    var copy = Arrays.copyOf(bytes, bytes.length);
    if (slot >= 0) {
      var rest = number % numbers;
      for (int i = slot + SLOT.length() - 1; i >= slot; i--) {
        copy[i] = (byte) ('0' + rest % 10);
        rest /= 10;
      }
    }
    return copy;
  }
}
