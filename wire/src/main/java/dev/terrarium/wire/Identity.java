package dev.terrarium.wire;

import dev.terrarium.kernel.Cloud;
import java.util.Arrays;
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
  private static final String DEFAULT_REGION = Cloud.DEFAULT_SCOPE.region();

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
    int end;
    for (int from = space + 1; from < authorization.length(); from = end + 1) {
      end = authorization.indexOf(',', from);
      end = end < 0 ? authorization.length() : end;
      while (from < end && authorization.charAt(from) == ' ') {
        from++;
      }
      if (authorization.startsWith("Credential=", from)) {
        credential = authorization.substring(from + 11, end).stripTrailing();
      } else if (authorization.startsWith("SignedHeaders=", from)) {
        signedHeaders = authorization.substring(from + 14, end).stripTrailing();
      } else if (authorization.startsWith("Signature=", from)) {
        signature = authorization.substring(from + 10, end).stripTrailing();
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
    if (!credential.endsWith("/aws4_request")) {
      return null;
    }
    var service = credential.length() - "/aws4_request".length();
    var region = credential.lastIndexOf('/', service - 1);
    var date = region < 0 ? -1 : credential.lastIndexOf('/', region - 1);
    var key = date < 0 ? -1 : credential.lastIndexOf('/', date - 1);
    if (date < 0) {
      return null;
    }
    return new Identity(
        credential.substring(0, key < 0 ? date : key),
        credential.substring((key < 0 ? date : key) + 1, key < 0 ? region : date),
        key < 0 ? region(regions) : credential.substring(date + 1, region),
        credential.substring(region + 1, service),
        signedHeaders,
        signature,
        presigned,
        key < 0);
  }

  /// SigV4a signs for a set of regions, and the endpoint says which of them is meant. Here is one
  /// endpoint for all: it is the default region where that is in the set, and else the first.
  private static String region(String regions) {
    var named = Arrays.stream(regions.split(",")).map(String::strip).toList();
    var first = named.getFirst();
    return first.isEmpty() || regions.contains("*") || named.contains(DEFAULT_REGION)
        ? DEFAULT_REGION
        : first;
  }

  private static String first(java.util.Map<String, java.util.List<String>> query, String name) {
    var values = query.get(name);
    return values == null ? "" : values.getFirst();
  }
}
