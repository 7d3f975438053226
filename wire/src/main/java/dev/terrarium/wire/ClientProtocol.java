package dev.terrarium.wire;

import dev.terrarium.kernel.Service;
import dev.terrarium.kernel.model.Operation;
import dev.terrarium.wire.codec.RestBodies;
import java.io.IOException;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import software.amazon.awssdk.awscore.exception.AwsServiceException;
import software.amazon.awssdk.core.SdkPojo;

/// How a client speaks: reads its requests, writes its answers.
sealed interface ClientProtocol permits JsonProtocol, QueryProtocol, RestProtocol {
  /// What a request turned out to mean.
  ///
  /// @param builder of the request, with everything in it but a body that streams
  record Decoded(Operation operation, SdkPojo builder) {}

  /// Reads a request.
  ///
  /// @throws AwsServiceException if there is no such operation
  /// @throws dev.terrarium.wire.codec.MalformedRequestException if it is not what the protocol
  ///   allows
  Decoded decode(WireRequest request, Service service) throws IOException;

  /// Writes a response that does not stream.
  WireResponse encode(Operation operation, SdkPojo response, String requestId);

  /// Writes an error.
  ///
  /// @param operation if it is known
  WireResponse error(@Nullable Operation operation, AwsServiceException error, String requestId);

  /// The error for a request that is not what the protocol allows.
  AwsServiceException malformed(String message);

  /// How this protocol's services refuse a signature.
  Refusals refusals();

  /// Headers that go before a streaming body or events.
  default Map<String, String> streamHeaders(SdkPojo response, String requestId) {
    throw new IllegalStateException("The query protocols do not stream");
  }

  /// The payload of an event, or null if it has none.
  default RestBodies.@Nullable Body event(String type, SdkPojo event) {
    throw new IllegalStateException("The query protocols have no events");
  }

  /// The response itself, where it goes before the events as the first of them; null where headers
  /// say everything.
  default RestBodies.@Nullable Body initialEvent(SdkPojo response) {
    return null;
  }
}
