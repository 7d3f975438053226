package dev.terrarium.services.lambda;

import org.jspecify.annotations.Nullable;

/// One invocation of a version.
///
/// @param requestId AWS's id of it; the same for every try of an asynchronous one
/// @param functionArn the ARN by which it was invoked, with the qualifier if there was one
/// @param traceHeader its place in the trace, for `_X_AMZN_TRACE_ID`
/// @param clientContext JSON, or empty
/// @param sink who wants the answer as it comes, or null if it is wanted as a whole
record Invocation(
    String requestId,
    String functionArn,
    byte[] payload,
    String traceHeader,
    String clientContext,
    @Nullable ResponseSink sink) {
  Invocation(
      String requestId,
      String functionArn,
      byte[] payload,
      String traceHeader,
      String clientContext) {
    this(requestId, functionArn, payload, traceHeader, clientContext, null);
  }
}
