package dev.terrarium.kernel.model;

import java.lang.reflect.Method;
import java.util.function.Supplier;
import software.amazon.awssdk.core.SdkPojo;
import software.amazon.awssdk.protocols.core.OperationInfo;

/// An operation of a service, as the SDK's own metadata describes it.
///
/// @param name AWS's name: `SendMessage`
/// @param method the method of the client interface that takes the request itself
/// @param requestBuilder makes an empty builder of the request; its `sdkFields` say where each
///   member goes
/// @param responseBuilder makes an empty builder of the response
/// @param http method, URI template, target and payload flags
/// @param streamsIn whether the method takes a `RequestBody` after the request
/// @param streamsOut whether the method takes a `ResponseTransformer` last
/// @param streamsEvents whether the method, which is then one of the asynchronous client, takes an
///   `EventStreamResponseHandler` last
public record Operation(
    String name,
    Method method,
    Supplier<SdkPojo> requestBuilder,
    Supplier<SdkPojo> responseBuilder,
    OperationInfo http,
    boolean streamsIn,
    boolean streamsOut,
    boolean streamsEvents) {
  @Override
  public String toString() {
    return name;
  }
}
