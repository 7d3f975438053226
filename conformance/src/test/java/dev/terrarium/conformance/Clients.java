package dev.terrarium.conformance;

import dev.terrarium.kernel.model.Operation;
import java.lang.reflect.InvocationTargetException;
import java.net.URI;
import java.util.ArrayList;
import software.amazon.awssdk.auth.credentials.AwsBasicCredentials;
import software.amazon.awssdk.auth.credentials.AwsCredentials;
import software.amazon.awssdk.auth.credentials.StaticCredentialsProvider;
import software.amazon.awssdk.awscore.client.builder.AwsAsyncClientBuilder;
import software.amazon.awssdk.awscore.client.builder.AwsClientBuilder;
import software.amazon.awssdk.awscore.client.builder.AwsSyncClientBuilder;
import software.amazon.awssdk.core.SdkPojo;
import software.amazon.awssdk.core.checksums.RequestChecksumCalculation;
import software.amazon.awssdk.core.checksums.ResponseChecksumValidation;
import software.amazon.awssdk.core.client.config.SdkAdvancedAsyncClientOption;
import software.amazon.awssdk.core.client.config.SdkAdvancedClientOption;
import software.amazon.awssdk.core.sync.RequestBody;
import software.amazon.awssdk.core.sync.ResponseTransformer;
import software.amazon.awssdk.http.SdkHttpClient;
import software.amazon.awssdk.http.async.SdkAsyncHttpClient;
import software.amazon.awssdk.regions.Region;
import software.amazon.awssdk.retries.DefaultRetryStrategy;
import software.amazon.awssdk.services.s3.S3ClientBuilder;
import software.amazon.awssdk.services.sqs.SqsClientBuilder;
import software.amazon.awssdk.utils.SdkAutoCloseable;

/// The SDK's own clients, by the class of their interface.
final class Clients {
  static final AwsCredentials KEYS = AwsBasicCredentials.create("test", "test");

  private Clients() {}

  /// @param http an [SdkHttpClient], or an [SdkAsyncHttpClient] for an asynchronous client
  static Object of(Class<?> type, URI endpoint, SdkAutoCloseable http, AwsCredentials keys) {
    try {
      var builder = (AwsClientBuilder<?, ?>) type.getMethod("builder").invoke(null);
      builder
          .endpointOverride(endpoint)
          .region(Region.US_EAST_1)
          .credentialsProvider(StaticCredentialsProvider.create(keys))
          .overrideConfiguration(o ->
              o.putAdvancedOption(SdkAdvancedClientOption.DISABLE_HOST_PREFIX_INJECTION, true)
                  .retryStrategy(DefaultRetryStrategy.doNotRetry()));
      if (builder instanceof AwsAsyncClientBuilder<?, ?> async) {
        async.httpClient((SdkAsyncHttpClient) http);
        async.asyncConfiguration(o ->
            o.advancedOption(
                SdkAdvancedAsyncClientOption.FUTURE_COMPLETION_EXECUTOR, Runnable::run));
      } else if (builder instanceof AwsSyncClientBuilder<?, ?> sync) {
        sync.httpClient((SdkHttpClient) http);
      }
      if (builder instanceof S3ClientBuilder s3) {
        s3.forcePathStyle(true)
            .requestChecksumCalculation(RequestChecksumCalculation.WHEN_REQUIRED)
            .responseChecksumValidation(ResponseChecksumValidation.WHEN_REQUIRED);
      } else if (builder instanceof SqsClientBuilder sqs) {
        sqs.checksumValidationEnabled(false);
      }
      return builder.build();
    } catch (ReflectiveOperationException e) {
      throw new IllegalStateException("Not a client interface: " + type, e);
    }
  }

  /// Calls an operation; what streams out is read whole.
  static Object call(Object client, Operation operation, SdkPojo request, byte[] body) {
    var arguments = new ArrayList<Object>();
    arguments.add(request);
    if (operation.streamsIn()) {
      arguments.add(RequestBody.fromBytes(body));
    }
    if (operation.streamsOut()) {
      arguments.add(ResponseTransformer.toBytes());
    }
    try {
      return operation.method().invoke(client, arguments.toArray());
    } catch (InvocationTargetException e) {
      if (e.getCause() instanceof RuntimeException cause) {
        throw cause;
      }
      throw new IllegalStateException(e.getCause());
    } catch (IllegalAccessException e) {
      throw new IllegalStateException(e);
    }
  }
}
