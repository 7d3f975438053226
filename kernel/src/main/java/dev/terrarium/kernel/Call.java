package dev.terrarium.kernel;

import dev.terrarium.kernel.trace.Cause;
import org.jspecify.annotations.Nullable;

/// The request being served on this thread.
///
/// @param scope the account and region that it is about
/// @param principal who calls
/// @param requestId AWS's `x-amzn-RequestId`
/// @param service the service's name in Terrarium, such as `sqs`
/// @param operation AWS's name of the operation, such as `SendMessage`
/// @param cause this call's place in the trace
/// @param endpoint the address under which the caller reached Terrarium, without a slash at the end
/// @param sourceIp the caller's address
/// @param via the service that makes the call for its own caller, such as `s3`; empty if the caller
///   makes it
public record Call(
    Scope scope,
    Principal principal,
    String requestId,
    String service,
    String operation,
    Cause cause,
    String endpoint,
    String sourceIp,
    String via) {
  static final ScopedValue<Call> CURRENT = ScopedValue.newInstance();

  /// A call that the caller makes.
  public Call(
      Scope scope,
      Principal principal,
      String requestId,
      String service,
      String operation,
      Cause cause,
      String endpoint,
      String sourceIp) {
    this(scope, principal, requestId, service, operation, cause, endpoint, sourceIp, "");
  }

  /// The call that this thread serves.
  ///
  /// @throws java.util.NoSuchElementException if it serves none
  public static Call current() {
    return CURRENT.get();
  }

  /// The call that this thread serves, or null.
  public static @Nullable Call currentOrNull() {
    return CURRENT.isBound() ? CURRENT.get() : null;
  }

  /// The same call at another place in the trace.
  Call at(Cause place) {
    return new Call(
        scope, principal, requestId, service, operation, place, endpoint, sourceIp, via);
  }

  /// The account of the call.
  public String account() {
    return scope.account();
  }

  /// The region of the call.
  public String region() {
    return scope.region();
  }
}
