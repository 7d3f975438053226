package dev.terrarium.wire;

import org.jspecify.annotations.Nullable;

/// What a request says of who signed it and for what, not yet verified.
///
/// @param accessKeyId who signed
/// @param date of the credential scope, `20260101`
/// @param region of the credential scope
/// @param service the signing name in the credential scope
/// @param signedHeaders `host;x-amz-date`
/// @param signature in hexadecimal
/// @param presigned whether all this came in the query
/// @param asymmetric whether it was signed with SigV4a, whose scope has no region
record Identity(
    String accessKeyId,
    String date,
    String region,
    String service,
    String signedHeaders,
    String signature,
    boolean presigned,
    boolean asymmetric) {
  /// Reads the `Authorization` header or the presigned query, or null if the request is not signed
  /// with SigV4.
  static @Nullable Identity of(WireRequest request) {
    var authorization = request.header("authorization");
    if (authorization != null && authorization.startsWith("AWS4-")) {
      return ofHeader(authorization, request.headerOr("x-amz-region-set", ""));
    }
    if (authorization == null && request.rawQuery().contains("X-Amz-Credential=")) {
      var query = request.query();
      var credential = first(query, "X-Amz-Credential");
      return ofScope(
          credential,
          first(query, "X-Amz-SignedHeaders"),
          first(query, "X-Amz-Signature"),
          first(query, "X-Amz-Region-Set"),
          true);
    }
    return null;
  }

  private static @Nullable Identity ofHeader(String authorization, String regions) {
    var space = authorization.indexOf(' ');
    if (space < 0) {
      return null;
    }
    var credential = "";
    var signedHeaders = "";
    var signature = "";
    for (var part : authorization.substring(space + 1).split(",")) {
      var trimmed = part.strip();
      if (trimmed.startsWith("Credential=")) {
        credential = trimmed.substring(11);
      } else if (trimmed.startsWith("SignedHeaders=")) {
        signedHeaders = trimmed.substring(14);
      } else if (trimmed.startsWith("Signature=")) {
        signature = trimmed.substring(10);
      }
    }
    return ofScope(credential, signedHeaders, signature, regions, false);
  }

  /// `<key id>/<date>/<region>/<service>/aws4_request`; SigV4a has no region.
  private static @Nullable Identity ofScope(
      String credential,
      String signedHeaders,
      String signature,
      String regions,
      boolean presigned) {
    var parts = credential.split("/");
    var n = parts.length;
    if (n < 4 || !parts[n - 1].equals("aws4_request")) {
      return null;
    }
    var ofRegion = n >= 5;
    var dateAt = ofRegion ? n - 4 : n - 3;
    return new Identity(
        String.join("/", java.util.Arrays.copyOf(parts, dateAt)),
        parts[dateAt],
        ofRegion ? parts[n - 3] : region(regions),
        parts[n - 2],
        signedHeaders,
        signature,
        presigned,
        !ofRegion);
  }

  /// The first of the regions for which it was signed, if it names one.
  private static String region(String regions) {
    var first = regions.split(",", 2)[0].strip();
    return first.isEmpty() || first.contains("*") ? "us-east-1" : first;
  }

  private static String first(java.util.Map<String, java.util.List<String>> query, String name) {
    var values = query.get(name);
    return values == null ? "" : values.getFirst();
  }
}
