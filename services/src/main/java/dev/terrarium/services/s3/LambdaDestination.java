package dev.terrarium.services.s3;

import dev.terrarium.kernel.Arn;
import dev.terrarium.kernel.Cloud;
import dev.terrarium.kernel.Principal;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import software.amazon.awssdk.core.SdkBytes;
import software.amazon.awssdk.services.lambda.LambdaClient;
import software.amazon.awssdk.services.lambda.model.InvocationType;

/// Events as asynchronous invocations of a function.
final class LambdaDestination implements Destination {
  private final Cloud cloud;
  private final Map<Arn, LambdaClient> clients = new ConcurrentHashMap<>();

  LambdaDestination(Cloud cloud) {
    this.cloud = cloud;
  }

  @Override
  public void validate(Arn arn, String testMessage) {
    client(arn).getFunctionConfiguration(f -> f.functionName(arn.toString()));
  }

  @Override
  public void deliver(Arn arn, String event, String message) {
    client(arn)
        .invoke(i ->
            i.functionName(arn.toString())
                .invocationType(InvocationType.EVENT)
                .payload(SdkBytes.fromUtf8String(message)));
  }

  private LambdaClient client(Arn arn) {
    return clients.computeIfAbsent(
        arn,
        a ->
            cloud.client(
                LambdaClient.class, a.scope(), Principal.service(a.account(), "s3.amazonaws.com")));
  }
}
