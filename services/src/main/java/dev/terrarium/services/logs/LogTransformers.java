package dev.terrarium.services.logs;

import dev.terrarium.kernel.Call;
import dev.terrarium.kernel.Cloud;
import dev.terrarium.kernel.Errors;
import dev.terrarium.services.logs.LogsState.GroupKey;
import dev.terrarium.services.logs.transform.Transformer;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;
import software.amazon.awssdk.services.cloudwatchlogs.model.DeleteTransformerRequest;
import software.amazon.awssdk.services.cloudwatchlogs.model.DeleteTransformerResponse;
import software.amazon.awssdk.services.cloudwatchlogs.model.GetTransformerRequest;
import software.amazon.awssdk.services.cloudwatchlogs.model.GetTransformerResponse;
import software.amazon.awssdk.services.cloudwatchlogs.model.LogGroupClass;
import software.amazon.awssdk.services.cloudwatchlogs.model.Processor;
import software.amazon.awssdk.services.cloudwatchlogs.model.PutTransformerRequest;
import software.amazon.awssdk.services.cloudwatchlogs.model.PutTransformerResponse;
import software.amazon.awssdk.services.cloudwatchlogs.model.TestTransformerRequest;
import software.amazon.awssdk.services.cloudwatchlogs.model.TestTransformerResponse;
import software.amazon.awssdk.services.cloudwatchlogs.model.TransformedLogRecord;

/// Transformers of groups; [LogsState#transformed] applies them.
final class LogTransformers implements LogsPart {
  private final Cloud cloud;
  private final LogsState state;

  LogTransformers(Cloud cloud, LogsState state) {
    this.cloud = cloud;
    this.state = state;
  }

  private GroupKey group(@Nullable String identifier) {
    if (identifier == null) {
      throw LogsErrors.missing("logGroupIdentifier");
    }
    return new GroupKey(Call.current().scope(), LogsState.groupName(null, identifier));
  }

  private static Transformer compiled(List<Processor> processors) {
    try {
      return Transformer.of(processors);
    } catch (IllegalArgumentException e) {
      var error = LogsErrors.invalid(String.valueOf(e.getMessage()));
      error.addSuppressed(e);
      throw error;
    } catch (UnsupportedOperationException e) {
      throw Errors.notImplemented("logs", String.valueOf(e.getMessage()));
    }
  }

  @Override
  public PutTransformerResponse putTransformer(PutTransformerRequest request) {
    var key = group(request.logGroupIdentifier());
    var group = state.requireGroup(key);
    if (group.groupClass().equals(LogGroupClass.INFREQUENT_ACCESS.toString())) {
      throw LogsErrors.invalid(
          "Transformers are only supported for log groups in the Standard log class.");
    }
    var _ = compiled(request.transformerConfig());
    var now = cloud.clock().millis();
    var old = state.transformers.get(key.group());
    state.transformers.put(
        key.group(),
        GetTransformerResponse.builder()
            .logGroupIdentifier(request.logGroupIdentifier())
            .creationTime(old == null ? now : old.creationTime())
            .lastModifiedTime(now)
            .transformerConfig(request.transformerConfig())
            .build());
    state.transforming.remove(key);
    return PutTransformerResponse.builder().build();
  }

  @Override
  public GetTransformerResponse getTransformer(GetTransformerRequest request) {
    var key = group(request.logGroupIdentifier());
    var _ = state.requireGroup(key);
    return state.transformers.get(
        key.group(), () -> LogsErrors.notFound("The specified transformer does not exist."));
  }

  @Override
  public DeleteTransformerResponse deleteTransformer(DeleteTransformerRequest request) {
    var key = group(request.logGroupIdentifier());
    var _ = state.requireGroup(key);
    var _ =
        state.transformers.get(
            key.group(), () -> LogsErrors.notFound("The specified transformer does not exist."));
    state.transformers.delete(key.group());
    state.transforming.remove(key);
    return DeleteTransformerResponse.builder().build();
  }

  @Override
  public TestTransformerResponse testTransformer(TestTransformerRequest request) {
    if (request.logEventMessages().isEmpty()) {
      throw LogsErrors.constraint("logEventMessages", 0, "have length greater than or equal to 1");
    }
    var transformer = compiled(request.transformerConfig());
    var records = new ArrayList<TransformedLogRecord>();
    for (var message : request.logEventMessages()) {
      records.add(
          TransformedLogRecord.builder()
              .eventNumber((long) records.size() + 1)
              .eventMessage(message)
              .transformedEventMessage(transformer.apply(message))
              .build());
    }
    return TestTransformerResponse.builder().transformedLogs(records).build();
  }
}
