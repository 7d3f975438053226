package dev.terrarium.kernel.trace;

/// A place in a trace: which chain of events, and which link of it. Travels with messages, records
/// and events, in the form of X-Ray's trace header, so that a chain survives queues and restarts.
///
/// @param traceId `1-<8 hex digits: seconds>-<24 hex digits>`
/// @param spanId 16 hex digits
/// @param parentId the span that caused this one, or empty
/// @param lineage what Lambda wrote into the chain's header to know loops by, or empty
public record Cause(String traceId, String spanId, String parentId, String lineage) {
  /// The attribute in which services hand each other a message's place; nobody else sees it.
  public static final String ATTRIBUTE = "terrarium:cause";

  /// The same place with another lineage.
  public Cause withLineage(String another) {
    return new Cause(traceId, spanId, parentId, another);
  }

  /// `Root=…;Parent=…;Sampled=1`, as in `X-Amzn-Trace-Id` and `AWSTraceHeader`.
  public String header() {
    var header = "Root=" + traceId + ";Parent=" + spanId + ";Sampled=1";
    return lineage.isEmpty() ? header : header + ";Lineage=" + lineage;
  }
}
