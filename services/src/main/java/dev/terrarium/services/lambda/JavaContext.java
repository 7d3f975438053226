package dev.terrarium.services.lambda;

import com.amazonaws.services.lambda.runtime.ClientContext;
import com.amazonaws.services.lambda.runtime.CognitoIdentity;
import com.amazonaws.services.lambda.runtime.Context;
import com.amazonaws.services.lambda.runtime.LambdaLogger;
import com.amazonaws.services.lambda.runtime.serialization.factories.JacksonFactory;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.function.Consumer;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/// The context object of one invocation of a Java function.
///
/// @param environment the function's, which names most of what is asked for
/// @param remainingMillis how long the invocation may still take
/// @param log takes one message
record JavaContext(
    String requestId,
    String functionArn,
    String traceHeader,
    String clientContextJson,
    Map<String, String> environment,
    LongSupplier remainingMillis,
    Consumer<String> log)
    implements Context {
  private String variable(String name) {
    return environment.getOrDefault(name, "");
  }

  @Override
  public String getAwsRequestId() {
    return requestId;
  }

  @Override
  public String getLogGroupName() {
    return variable("AWS_LAMBDA_LOG_GROUP_NAME");
  }

  @Override
  public String getLogStreamName() {
    return variable("AWS_LAMBDA_LOG_STREAM_NAME");
  }

  @Override
  public String getFunctionName() {
    return variable("AWS_LAMBDA_FUNCTION_NAME");
  }

  @Override
  public String getFunctionVersion() {
    return variable("AWS_LAMBDA_FUNCTION_VERSION");
  }

  @Override
  public String getInvokedFunctionArn() {
    return functionArn;
  }

  @Override
  public @Nullable CognitoIdentity getIdentity() {
    return null;
  }

  @Override
  public @Nullable ClientContext getClientContext() {
    if (clientContextJson.isEmpty()) {
      return null;
    }
    var values =
        (Map<?, ?>)
            JacksonFactory.getInstance().getSerializer(Map.class).fromJson(clientContextJson);
    return new GivenClientContext(strings(values.get("custom")), strings(values.get("env")));
  }

  @Override
  public int getRemainingTimeInMillis() {
    return (int) Math.max(0, remainingMillis.getAsLong());
  }

  @Override
  public int getMemoryLimitInMB() {
    return Integer.parseInt(variable("AWS_LAMBDA_FUNCTION_MEMORY_SIZE"));
  }

  @Override
  public String getXrayTraceId() {
    return traceHeader;
  }

  @Override
  public LambdaLogger getLogger() {
    return new LambdaLogger() {
      @Override
      public void log(String message) {
        log.accept(message.endsWith("\n") ? message.substring(0, message.length() - 1) : message);
      }

      @Override
      public void log(byte[] message) {
        log(new String(message, StandardCharsets.UTF_8));
      }
    };
  }

  private static Map<String, String> strings(@Nullable Object value) {
    if (!(value instanceof Map<?, ?> map)) {
      return Map.of();
    }
    var strings = new java.util.LinkedHashMap<String, String>();
    map.forEach((key, text) -> strings.put(String.valueOf(key), String.valueOf(text)));
    return strings;
  }

  private record GivenClientContext(Map<String, String> custom, Map<String, String> env)
      implements ClientContext {
    @Override
    public com.amazonaws.services.lambda.runtime.@Nullable Client getClient() {
      return null;
    }

    @Override
    public Map<String, String> getCustom() {
      return custom;
    }

    @Override
    public Map<String, String> getEnvironment() {
      return env;
    }
  }
}
