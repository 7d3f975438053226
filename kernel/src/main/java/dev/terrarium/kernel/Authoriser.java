package dev.terrarium.kernel;

import dev.terrarium.kernel.model.Operation;
import software.amazon.awssdk.core.SdkPojo;

/// Decides whether a call may happen, between decoding and serving it.
@FunctionalInterface
public interface Authoriser {
  /// Lets everybody do everything.
  Authoriser PERMISSIVE = (call, operation, request) -> {};

  /// Returns if the call may go on.
  ///
  /// @throws software.amazon.awssdk.awscore.exception.AwsServiceException `AccessDenied`, in the
  ///   service's own form
  void authorise(Call call, Operation operation, SdkPojo request);
}
