package dev.terrarium.services.lambda;

import dev.terrarium.kernel.Call;
import dev.terrarium.kernel.Cloud;
import dev.terrarium.kernel.store.Batch;
import dev.terrarium.services.lambda.LambdaState.Function;
import dev.terrarium.services.lambda.LambdaState.QualifiedKey;
import dev.terrarium.services.lambda.LambdaState.Version;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.TreeMap;
import java.util.regex.Pattern;
import software.amazon.awssdk.services.lambda.model.*;

/// Functions: making, showing and removing them.
final class LambdaFunctions implements LambdaPart {
  private static final Pattern NAME = Pattern.compile("[a-zA-Z0-9-_]{1,64}");

  private final LambdaState state;
  private final CodeSource source;
  private final CodeStore code;
  private final Dispatcher dispatcher;
  private final Concurrency concurrency;
  private final Configurations configurations;
  private final CodeSigning signing;

  LambdaFunctions(
      Cloud cloud,
      LambdaState state,
      CodeStore code,
      LayerStore layers,
      Dispatcher dispatcher,
      Concurrency concurrency,
      CodeSigning signing) {
    this.signing = signing;
    this.state = state;
    this.source = new CodeSource(cloud, code);
    this.code = code;
    this.dispatcher = dispatcher;
    this.concurrency = concurrency;
    this.configurations = new Configurations(cloud, layers);
  }

  @Override
  public CreateFunctionResponse createFunction(CreateFunctionRequest request) {
    var function = FunctionReference.of(request.functionName(), null).function();
    if (!NAME.matcher(function.name()).matches()) {
      throw LambdaErrors.constraint(
          "functionName", function.name(), "have length less than or equal to 64");
    }
    var draft = configurations.create(function, request);
    if (state.functions.contains(function)) {
      throw exists(function);
    }
    var given = request.code();
    if (given == null) {
      throw LambdaErrors.invalid("Please provide a source for function code.");
    }
    signing.checkCode(request.codeSigningConfigArn());
    Tags.check(request.tags());
    var stored =
        source.store(
            given.zipFile(),
            given.s3Bucket(),
            given.s3Key(),
            given.s3ObjectVersion(),
            given.imageUri());
    var latest =
        new Version(
            draft.toBuilder().codeSha256(stored.sha256()).codeSize(stored.size()).build(),
            stored.blob());
    var shown =
        state.locks.with(
            function,
            () -> {
              if (state.functions.contains(function)) {
                throw exists(function);
              }
              return put(function, request, latest);
            });
    return Shapes.copy(
        Configurations.creating(shown.configuration()), CreateFunctionResponse.builder());
  }

  private Version put(FunctionKey function, CreateFunctionRequest request, Version latest) {
    var publish = Boolean.TRUE.equals(request.publish());
    var batch = new Batch();
    state.functions.put(
        batch, function, new Function(publish ? 2 : 1, -1, new TreeMap<>(request.tags())));
    state.put(batch, function, FunctionKey.LATEST, latest);
    if (request.codeSigningConfigArn() != null) {
      signing.attach(batch, function, request.codeSigningConfigArn());
    }
    var shown = latest;
    if (publish) {
      shown = configurations.published(function, latest, 1, null);
      state.put(batch, function, "1", shown);
    }
    state.store.commit(batch);
    return shown;
  }

  @Override
  public GetFunctionResponse getFunction(GetFunctionRequest request) {
    var reference = FunctionReference.of(request.functionName(), request.qualifier());
    var function = state.require(reference);
    var version = state.requireVersion(reference);
    var response =
        GetFunctionResponse.builder()
            .configuration(shown(reference, version))
            .code(
                FunctionCodeLocation.builder()
                    .repositoryType("S3")
                    .location(CodeLocations.of(version.blob()))
                    .build());
    if (!function.tags().isEmpty()) {
      response.tags(function.tags());
    }
    if (function.reserved() >= 0) {
      response.concurrency(c -> c.reservedConcurrentExecutions(function.reserved()));
    }
    return response.build();
  }

  @Override
  public GetFunctionConfigurationResponse getFunctionConfiguration(
      GetFunctionConfigurationRequest request) {
    var reference = FunctionReference.of(request.functionName(), request.qualifier());
    state.require(reference);
    return Shapes.copy(
        shown(reference, state.requireVersion(reference)),
        GetFunctionConfigurationResponse.builder());
  }

  /// A configuration under the ARN by which it was asked for.
  private static FunctionConfiguration shown(FunctionReference reference, Version version) {
    return version.configuration().toBuilder().functionArn(reference.arn()).build();
  }

  @Override
  public ListFunctionsResponse listFunctions(ListFunctionsRequest request) {
    FunctionRules.oneOf("functionVersion", request.functionVersionAsString(), "ALL");
    var scope = Call.current().scope();
    var all = new ArrayList<FunctionConfiguration>();
    state.functions.scan(
        (key, function) -> {
          var versions =
              request.functionVersion() == FunctionVersion.ALL
                  ? state.versions(key)
                  : List.of(java.util.Objects.requireNonNull(state.version(key, "$LATEST")));
          for (var version : versions) {
            all.add(Configurations.listed(key, version.configuration()));
          }
          return true;
        },
        scope.account(),
        scope.region());
    var page = Pages.of(all, request.marker(), request.maxItems(), 50);
    return ListFunctionsResponse.builder().functions(page.items()).nextMarker(page.next()).build();
  }

  @Override
  public DeleteFunctionResponse deleteFunction(DeleteFunctionRequest request) {
    var reference = FunctionReference.of(request.functionName(), request.qualifier());
    if (reference.qualifier() == null) {
      deleteAll(reference);
    } else {
      deleteVersion(reference, reference.qualifier());
    }
    return DeleteFunctionResponse.builder().build();
  }

  private void deleteVersion(FunctionReference reference, String version) {
    var function = reference.function();
    if (version.equals(FunctionKey.LATEST)) {
      throw LambdaErrors.invalid(
          "$LATEST version cannot be deleted without deleting the function.");
    }
    var unused =
        state.locks.with(
            function,
            () -> {
              state.require(reference);
              var stored = state.version(function, version);
              if (stored == null) {
                if (!version.matches("[0-9]+")) {
                  throw LambdaErrors.invalid("Deletion of aliases is not currently supported.");
                }
                return "";
              }
              for (var alias : state.aliases.list(function.parts())) {
                if (alias.functionVersion().equals(version)
                    || alias.routingConfig() != null
                        && alias.routingConfig().additionalVersionWeights().containsKey(version)) {
                  throw LambdaErrors.conflict(
                      "Version was unable to be deleted because the following aliases reference"
                          + " it: ["
                          + alias.name()
                          + "]");
                }
              }
              var batch = new Batch();
              state.delete(batch, function, version);
              state.store.commit(batch);
              return isUsed(function, stored.blob()) ? "" : stored.blob();
            });
    dispatcher.retire(function, version);
    if (!unused.isEmpty()) {
      code.delete(unused);
    }
  }

  private boolean isUsed(FunctionKey function, String blob) {
    return state.versions(function).stream().anyMatch(v -> v.blob().equals(blob));
  }

  private void deleteAll(FunctionReference reference) {
    var function = reference.function();
    var versions =
        state.locks.with(
            function,
            () -> {
              state.require(reference);
              var all = state.versions(function);
              var batch = new Batch();
              for (var version : all) {
                state.delete(batch, function, version.configuration().version());
              }
              for (var space :
                  List.of(
                      state.aliases,
                      state.policies,
                      state.invokeConfigs,
                      state.provisioned,
                      state.settings,
                      state.urls)) {
                space.deleteAll(batch, function.parts());
              }
              for (var url : state.urls.list(function.parts())) {
                state.urlIds.delete(batch, FunctionUrls.id(url.functionUrl()));
              }
              state.functions.delete(batch, function);
              state.store.commit(batch);
              return all;
            });
    concurrency.reserve(function, -1);
    var blobs = new HashSet<String>();
    for (var version : versions) {
      dispatcher.retire(function, version.configuration().version());
      blobs.add(version.blob());
    }
    blobs.forEach(code::delete);
  }

  private static RuntimeException exists(FunctionKey function) {
    return LambdaErrors.conflict("Function already exist: " + function.name());
  }

  /// The key of an alias or of what hangs on one.
  static QualifiedKey key(FunctionReference reference) {
    return new QualifiedKey(reference.function(), reference.qualifierOrLatest());
  }
}
