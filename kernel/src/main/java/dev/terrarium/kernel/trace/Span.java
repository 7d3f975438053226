package dev.terrarium.kernel.trace;

import java.time.Duration;
import java.time.Instant;

/// One call or hop that has ended.
///
/// @param start by the clock
/// @param duration by the machine
/// @param error AWS's error code, or empty if it went well
public record Span(
    Cause cause,
    String requestId,
    String account,
    String region,
    String service,
    String operation,
    Instant start,
    Duration duration,
    String error) {}
