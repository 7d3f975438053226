package dev.terrarium.services.lambda;

import dev.terrarium.kernel.Cloud;
import dev.terrarium.kernel.store.Batch;
import dev.terrarium.services.lambda.LambdaState.Function;
import dev.terrarium.services.lambda.LambdaState.Version;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import software.amazon.awssdk.services.lambda.model.*;

/// Changing `$LATEST`, and publishing what it is.
final class FunctionUpdates implements LambdaPart {
  private final LambdaState state;
  private final CodeSource source;
  private final CodeStore code;
  private final Dispatcher dispatcher;
  private final Configurations configurations;
  private final CodeSigning signing;

  FunctionUpdates(
      Cloud cloud,
      LambdaState state,
      CodeStore code,
      LayerStore layers,
      Dispatcher dispatcher,
      CodeSigning signing) {
    this.signing = signing;
    this.state = state;
    this.source = new CodeSource(cloud, code);
    this.code = code;
    this.dispatcher = dispatcher;
    this.configurations = new Configurations(cloud, layers);
  }

  @Override
  public UpdateFunctionCodeResponse updateFunctionCode(UpdateFunctionCodeRequest request) {
    var reference = latest(request.functionName());
    var function = reference.function();
    FunctionRules.architectures(request.architecturesAsStrings());
    state.require(reference);
    checkRevision(reference, request.revisionId());
    signing.checkCode(signing.of(function));
    var stored =
        source.store(
            request.zipFile(),
            request.s3Bucket(),
            request.s3Key(),
            request.s3ObjectVersion(),
            request.imageUri());
    if (Boolean.TRUE.equals(request.dryRun())) {
      code.delete(stored.blob());
      var unchanged = state.requireVersion(reference).configuration().toBuilder();
      return Shapes.copy(
          unchanged.codeSha256(stored.sha256()).codeSize(stored.size()).build(),
          UpdateFunctionCodeResponse.builder());
    }
    var unused = new String[1];
    var shown =
        state.locks.with(
            function,
            () -> {
              state.require(reference);
              checkRevision(reference, request.revisionId());
              var old = state.requireVersion(reference);
              var builder =
                  old.configuration().toBuilder()
                      .codeSha256(stored.sha256())
                      .codeSize(stored.size());
              if (!request.architectures().isEmpty()) {
                builder.architectures(request.architectures());
              }
              var fresh = new Version(touched(builder), stored.blob());
              var batch = new Batch();
              state.put(batch, function, FunctionKey.LATEST, fresh);
              var result =
                  Boolean.TRUE.equals(request.publish())
                      ? publish(batch, reference, fresh, null)
                      : fresh;
              state.store.commit(batch);
              unused[0] = isUsed(function, old.blob()) ? "" : old.blob();
              return result;
            });
    dispatcher.retire(function, FunctionKey.LATEST);
    if (!unused[0].isEmpty()) {
      code.delete(unused[0]);
    }
    return Shapes.copy(
        Configurations.updating(shown.configuration()), UpdateFunctionCodeResponse.builder());
  }

  @Override
  public UpdateFunctionConfigurationResponse updateFunctionConfiguration(
      UpdateFunctionConfigurationRequest request) {
    var reference = latest(request.functionName());
    var function = reference.function();
    var changed =
        state.locks.with(
            function,
            () -> {
              state.require(reference);
              checkRevision(reference, request.revisionId());
              var old = state.requireVersion(reference);
              var fresh =
                  new Version(
                      configurations.update(function, old.configuration(), request), old.blob());
              var batch = new Batch();
              state.put(batch, function, FunctionKey.LATEST, fresh);
              state.store.commit(batch);
              return fresh;
            });
    dispatcher.retire(function, FunctionKey.LATEST);
    return Shapes.copy(
        Configurations.updating(changed.configuration()),
        UpdateFunctionConfigurationResponse.builder());
  }

  @Override
  public PublishVersionResponse publishVersion(PublishVersionRequest request) {
    var reference = latest(request.functionName());
    var function = reference.function();
    FunctionRules.description(request.description());
    var published =
        state.locks.with(
            function,
            () -> {
              state.require(reference);
              checkRevision(reference, request.revisionId());
              var current = state.requireVersion(reference);
              var sha256 = request.codeSha256();
              if (sha256 != null && !sha256.equals(current.configuration().codeSha256())) {
                throw LambdaErrors.invalid(
                    "CodeSHA256 ("
                        + sha256
                        + ") is different from current CodeSHA256 in $LATEST ("
                        + current.configuration().codeSha256()
                        + "). Please try again with the CodeSHA256 in $LATEST.");
              }
              var batch = new Batch();
              var result = publish(batch, reference, current, request.description());
              state.store.commit(batch);
              return result;
            });
    return Shapes.copy(published.configuration(), PublishVersionResponse.builder());
  }

  @Override
  public ListVersionsByFunctionResponse listVersionsByFunction(
      ListVersionsByFunctionRequest request) {
    var reference = latest(request.functionName());
    state.require(reference);
    var versions =
        state.versions(reference.function()).stream()
            .map(Version::configuration)
            .sorted(java.util.Comparator.comparingLong(FunctionUpdates::number))
            .map(configuration ->
                Configurations.listed(reference.function(), configuration).toBuilder()
                    .functionArn(reference.function().arn(configuration.version()))
                    .build())
            .toList();
    var page = Pages.of(versions, request.marker(), request.maxItems(), 50);
    return ListVersionsByFunctionResponse.builder()
        .versions(page.items())
        .nextMarker(page.next())
        .build();
  }

  private static long number(FunctionConfiguration configuration) {
    var version = configuration.version();
    return version.equals(FunctionKey.LATEST) ? 0 : Long.parseLong(version);
  }

  /// Publishes, unless nothing has changed since the last time: then the last version is it.
  private Version publish(
      Batch batch, FunctionReference reference, Version current, @Nullable String description) {
    var function = reference.function();
    var record = state.require(reference);
    var last =
        state.versions(function).stream()
            .max(java.util.Comparator.comparingLong(v -> number(v.configuration())))
            .orElse(current);
    if (number(last.configuration()) > 0
        && last.blob().equals(current.blob())
        && last.configuration().lastModified().equals(current.configuration().lastModified())) {
      return last;
    }
    var number = record.nextVersion();
    var published = configurations.published(function, current, number, description);
    state.put(batch, function, Long.toString(number), published);
    state.functions.put(
        batch, function, new Function(number + 1, record.reserved(), record.tags()));
    return published;
  }

  private FunctionConfiguration touched(FunctionConfiguration.Builder builder) {
    return configurations.touched(builder);
  }

  private boolean isUsed(FunctionKey function, String blob) {
    return state.versions(function).stream().anyMatch(v -> v.blob().equals(blob));
  }

  private void checkRevision(FunctionReference reference, @Nullable String revisionId) {
    var current = state.requireVersion(reference).configuration().revisionId();
    if (revisionId != null && !Objects.equals(revisionId, current)) {
      throw LambdaErrors.stale();
    }
  }

  private static FunctionReference latest(String name) {
    var reference = FunctionReference.of(name, null);
    if (reference.qualifier() != null && !reference.qualifier().equals(FunctionKey.LATEST)) {
      throw LambdaErrors.invalid(
          "This operation is permitted on Lambda functions only. Aliases and versions do not"
              + " support this operation. Please specify either a function name or an unqualified"
              + " function ARN.");
    }
    return new FunctionReference(reference.function(), null);
  }
}
