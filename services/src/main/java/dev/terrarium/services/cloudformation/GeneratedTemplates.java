package dev.terrarium.services.cloudformation;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.terrarium.kernel.Call;
import dev.terrarium.kernel.Errors;
import dev.terrarium.kernel.Json;
import dev.terrarium.kernel.store.Codec;
import dev.terrarium.kernel.store.Keyspace;
import dev.terrarium.kernel.store.PojoCodec;
import dev.terrarium.services.cloudformation.StackStore.Named;
import dev.terrarium.services.cloudformation.template.TemplateWriter;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import software.amazon.awssdk.services.cloudformation.model.AlreadyExistsException;
import software.amazon.awssdk.services.cloudformation.model.CreateGeneratedTemplateRequest;
import software.amazon.awssdk.services.cloudformation.model.CreateGeneratedTemplateResponse;
import software.amazon.awssdk.services.cloudformation.model.DeleteGeneratedTemplateRequest;
import software.amazon.awssdk.services.cloudformation.model.DeleteGeneratedTemplateResponse;
import software.amazon.awssdk.services.cloudformation.model.DescribeGeneratedTemplateRequest;
import software.amazon.awssdk.services.cloudformation.model.DescribeGeneratedTemplateResponse;
import software.amazon.awssdk.services.cloudformation.model.GeneratedTemplateNotFoundException;
import software.amazon.awssdk.services.cloudformation.model.GetGeneratedTemplateRequest;
import software.amazon.awssdk.services.cloudformation.model.GetGeneratedTemplateResponse;
import software.amazon.awssdk.services.cloudformation.model.ListGeneratedTemplatesRequest;
import software.amazon.awssdk.services.cloudformation.model.ListGeneratedTemplatesResponse;
import software.amazon.awssdk.services.cloudformation.model.ResourceDefinition;
import software.amazon.awssdk.services.cloudformation.model.ResourceDetail;
import software.amazon.awssdk.services.cloudformation.model.TemplateConfiguration;
import software.amazon.awssdk.services.cloudformation.model.TemplateFormat;
import software.amazon.awssdk.services.cloudformation.model.TemplateSummary;
import software.amazon.awssdk.services.cloudformation.model.UpdateGeneratedTemplateRequest;
import software.amazon.awssdk.services.cloudformation.model.UpdateGeneratedTemplateResponse;

/// Templates that are written from what is there.
final class GeneratedTemplates implements StackPart {
  private static final PojoCodec<DescribeGeneratedTemplateResponse> SHOWN =
      new PojoCodec<>(DescribeGeneratedTemplateResponse::builder);

  /// A template.
  ///
  /// @param body JSON
  private record Stored(DescribeGeneratedTemplateResponse shown, String body) {}

  private final StackStore store;
  private final TemplateGenerator generator;

  /// By id.
  private final Keyspace<Named, Stored> templates;

  GeneratedTemplates(StackStore store, Types types) {
    this.store = store;
    this.generator = new TemplateGenerator(store, types);
    this.templates =
        new Keyspace<>(
            store.cloud.store(),
            "cloudformation.generated",
            StackStore.NAMED,
            Codec.of(
                1,
                (value, writer) -> {
                  SHOWN.write(writer, value.shown);
                  writer.string(value.body);
                },
                reader -> new Stored(SHOWN.read(reader), reader.string())));
  }

  @Override
  public CreateGeneratedTemplateResponse createGeneratedTemplate(
      CreateGeneratedTemplateRequest request) {
    var scope = Call.current().scope();
    var name = Objects.requireNonNullElse(request.generatedTemplateName(), "");
    if (name.isEmpty()) {
      throw StackErrors.validation(
          "1 validation error detected: Value null at 'generatedTemplateName' failed to satisfy constraint: Member must not be null");
    }
    checkFree(name);
    var stack = request.stackName() == null ? null : store.find(scope, request.stackName());
    if (request.stackName() != null && (stack == null || stack.isDeleted())) {
      throw StackErrors.validation("Stack [" + request.stackName() + "] does not exist");
    }
    var id = scope.arn("cloudformation", "generatedTemplate/" + store.cloud.ids().uuid());
    var now = store.cloud.clock().now();
    var begun =
        DescribeGeneratedTemplateResponse.builder()
            .generatedTemplateId(id)
            .generatedTemplateName(name)
            .creationTime(now)
            .stackId(stack == null ? null : stack.id())
            .templateConfiguration(configuration(request.templateConfiguration()))
            .build();
    generate(begun, request.resources());
    return CreateGeneratedTemplateResponse.builder().generatedTemplateId(id).build();
  }

  private static TemplateConfiguration configuration(@Nullable TemplateConfiguration given) {
    return TemplateConfiguration.builder()
        .deletionPolicy(
            given == null || given.deletionPolicy() == null
                ? "RETAIN"
                : given.deletionPolicyAsString())
        .updateReplacePolicy(
            given == null || given.updateReplacePolicy() == null
                ? "RETAIN"
                : given.updateReplacePolicyAsString())
        .build();
  }

  /// Writes the template of these resources anew, and keeps it.
  private void generate(DescribeGeneratedTemplateResponse begun, List<ResourceDefinition> wanted) {
    var made = generator.generate(begun, wanted);
    var failed =
        (int)
            made.details().stream()
                .filter(detail -> detail.resourceStatusAsString().equals("FAILED"))
                .count();
    var shown =
        begun.toBuilder()
            .resources(made.details())
            .status("COMPLETE")
            .statusReason("All resources complete")
            .lastUpdatedTime(store.cloud.clock().now())
            .totalWarnings(0)
            .progress(p ->
                p.resourcesSucceeded(made.details().size() - failed)
                    .resourcesFailed(failed)
                    .resourcesPending(0)
                    .resourcesProcessing(0))
            .build();
    templates.put(
        Named.of(Call.current().scope(), shown.generatedTemplateId()),
        new Stored(shown, Json.write(made.template())));
  }

  private void checkFree(String name) {
    if (find(name) != null) {
      throw Errors.<AlreadyExistsException>of(
          AlreadyExistsException.builder(),
          400,
          "AlreadyExistsException",
          "Generated template with name " + name + " already exists");
    }
  }

  private @Nullable Stored find(@Nullable String nameOrId) {
    var scope = Call.current().scope();
    for (var stored : templates.list(scope.account(), scope.region())) {
      if (stored.shown.generatedTemplateId().equals(nameOrId)
          || stored.shown.generatedTemplateName().equals(nameOrId)) {
        return stored;
      }
    }
    return null;
  }

  private Stored existing(@Nullable String nameOrId) {
    var found = find(nameOrId);
    if (found == null) {
      throw Errors.<GeneratedTemplateNotFoundException>of(
          GeneratedTemplateNotFoundException.builder(),
          404,
          "GeneratedTemplateNotFound",
          "Generated template " + nameOrId + " not found");
    }
    return found;
  }

  @Override
  public DescribeGeneratedTemplateResponse describeGeneratedTemplate(
      DescribeGeneratedTemplateRequest request) {
    return existing(request.generatedTemplateName()).shown;
  }

  @Override
  public GetGeneratedTemplateResponse getGeneratedTemplate(GetGeneratedTemplateRequest request) {
    var found = existing(request.generatedTemplateName());
    var tree = (ObjectNode) Json.parse(found.body);
    return GetGeneratedTemplateResponse.builder()
        .status(found.shown.status())
        .templateBody(
            request.format() == TemplateFormat.YAML ? TemplateWriter.yaml(tree) : Json.pretty(tree))
        .build();
  }

  @Override
  public ListGeneratedTemplatesResponse listGeneratedTemplates(
      ListGeneratedTemplatesRequest request) {
    var scope = Call.current().scope();
    var all =
        templates.list(scope.account(), scope.region()).stream()
            .map(Stored::shown)
            .sorted(Comparator.comparing(DescribeGeneratedTemplateResponse::creationTime))
            .map(shown ->
                TemplateSummary.builder()
                    .generatedTemplateId(shown.generatedTemplateId())
                    .generatedTemplateName(shown.generatedTemplateName())
                    .status(shown.status())
                    .statusReason(shown.statusReason())
                    .creationTime(shown.creationTime())
                    .lastUpdatedTime(shown.lastUpdatedTime())
                    .numberOfResources(shown.resources().size())
                    .build())
            .toList();
    var page = Page.of(all, request.nextToken());
    return ListGeneratedTemplatesResponse.builder()
        .summaries(page.items())
        .nextToken(page.next())
        .build();
  }

  @Override
  public UpdateGeneratedTemplateResponse updateGeneratedTemplate(
      UpdateGeneratedTemplateRequest request) {
    var found = existing(request.generatedTemplateName()).shown;
    var changed = found.toBuilder();
    if (request.newGeneratedTemplateName() != null
        && !request.newGeneratedTemplateName().equals(found.generatedTemplateName())) {
      checkFree(request.newGeneratedTemplateName());
      changed.generatedTemplateName(request.newGeneratedTemplateName());
    }
    if (request.templateConfiguration() != null) {
      changed.templateConfiguration(configuration(request.templateConfiguration()));
    }
    var removed = new HashSet<>(request.removeResources());
    var wanted = new ArrayList<ResourceDefinition>();
    for (var detail : found.resources()) {
      if (!removed.remove(detail.logicalResourceId())) {
        wanted.add(definition(detail));
      }
    }
    if (!removed.isEmpty()) {
      throw StackErrors.validation(
          "Resources " + removed + " do not exist in the generated template");
    }
    wanted.addAll(request.addResources());
    generate(changed.build(), wanted);
    return UpdateGeneratedTemplateResponse.builder()
        .generatedTemplateId(found.generatedTemplateId())
        .build();
  }

  private static ResourceDefinition definition(ResourceDetail detail) {
    return ResourceDefinition.builder()
        .resourceType(detail.resourceType())
        .logicalResourceId(detail.logicalResourceId())
        .resourceIdentifier(detail.resourceIdentifier())
        .build();
  }

  @Override
  public DeleteGeneratedTemplateResponse deleteGeneratedTemplate(
      DeleteGeneratedTemplateRequest request) {
    var found = existing(request.generatedTemplateName());
    templates.delete(Named.of(Call.current().scope(), found.shown.generatedTemplateId()));
    return DeleteGeneratedTemplateResponse.builder().build();
  }
}
