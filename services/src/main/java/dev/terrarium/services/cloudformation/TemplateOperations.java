package dev.terrarium.services.cloudformation;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.terrarium.kernel.Call;
import dev.terrarium.kernel.Json;
import dev.terrarium.services.cloudformation.template.Template;
import dev.terrarium.services.cloudformation.template.TemplateException;
import dev.terrarium.services.cloudformation.template.TemplateReader;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;
import software.amazon.awssdk.services.cloudformation.model.EstimateTemplateCostRequest;
import software.amazon.awssdk.services.cloudformation.model.EstimateTemplateCostResponse;
import software.amazon.awssdk.services.cloudformation.model.GetTemplateRequest;
import software.amazon.awssdk.services.cloudformation.model.GetTemplateResponse;
import software.amazon.awssdk.services.cloudformation.model.GetTemplateSummaryRequest;
import software.amazon.awssdk.services.cloudformation.model.GetTemplateSummaryResponse;
import software.amazon.awssdk.services.cloudformation.model.ParameterDeclaration;
import software.amazon.awssdk.services.cloudformation.model.ResourceIdentifierSummary;
import software.amazon.awssdk.services.cloudformation.model.TemplateParameter;
import software.amazon.awssdk.services.cloudformation.model.TemplateStage;
import software.amazon.awssdk.services.cloudformation.model.ValidateTemplateRequest;
import software.amazon.awssdk.services.cloudformation.model.ValidateTemplateResponse;

/// Looking at templates.
final class TemplateOperations implements StackPart {
  private final StackStore store;
  private final Preparer preparer;
  private final Types types;

  TemplateOperations(StackStore store, Preparer preparer, Types types) {
    this.store = store;
    this.preparer = preparer;
    this.types = types;
  }

  @Override
  public GetTemplateResponse getTemplate(GetTemplateRequest request) {
    new RequestChecks()
        .oneOf("templateStage", request.templateStageAsString(), "Original", "Processed")
        .check();
    var name = String.valueOf(request.stackName());
    var record = store.find(Call.current().scope(), name);
    if (record == null) {
      throw StackErrors.noStack(name);
    }
    var operation = record.operation();
    var version =
        operation != null && operation.kind() == Operation.Kind.CREATE
            ? operation.target()
            : record.version();
    if (request.changeSetName() != null) {
      var set = request.changeSetName();
      var stored =
          store.changeSets.get(
              new StackStore.Owned(
                  record.id(),
                  set.startsWith("arn:") ? set.replaceFirst(".*changeSet/([^/]+)/.*", "$1") : set));
      if (stored == null) {
        throw StackErrors.noChangeSet(request.changeSetName());
      }
      version = stored.version();
    }
    var processed = request.templateStage() == TemplateStage.PROCESSED;
    // A stack in review has none, which the CDK asks for.
    var transformed =
        !version.body().isEmpty() && !Transforms.names(read(version.body())).isEmpty();
    return GetTemplateResponse.builder()
        .templateBody(processed && transformed ? version.processed() : version.body())
        .stagesAvailable(TemplateStage.ORIGINAL, TemplateStage.PROCESSED)
        .build();
  }

  @Override
  public ValidateTemplateResponse validateTemplate(ValidateTemplateRequest request) {
    var body = preparer.body(request.templateBody(), request.templateURL());
    var raw = read(body);
    var template = check(body, raw);
    var capabilities = new ArrayList<>(Preparer.capabilities(template));
    if (!Transforms.names(raw).isEmpty()) {
      capabilities.add("CAPABILITY_AUTO_EXPAND");
    }
    return ValidateTemplateResponse.builder()
        .description(raw.has("Description") ? raw.get("Description").asText() : null)
        .capabilitiesWithStrings(capabilities)
        .capabilitiesReason(reason(template))
        .declaredTransforms(Transforms.names(raw))
        .parameters(
            template.section("Parameters").properties().stream()
                .map(entry ->
                    TemplateParameter.builder()
                        .parameterKey(entry.getKey())
                        .defaultValue(text(entry.getValue(), "Default"))
                        .noEcho(entry.getValue().path("NoEcho").asBoolean())
                        .description(text(entry.getValue(), "Description"))
                        .build())
                .toList())
        .build();
  }

  /// AWS answers with the address of its calculator, at which it has left the template's resources.
  @Override
  public EstimateTemplateCostResponse estimateTemplateCost(EstimateTemplateCostRequest request) {
    var body = preparer.body(request.templateBody(), request.templateURL());
    var version =
        preparer.prepare(
            body,
            request.parameters(),
            Map.of(),
            List.of(),
            List.of("CAPABILITY_NAMED_IAM", "CAPABILITY_AUTO_EXPAND"),
            false);
    if (!version.failure().isEmpty()) {
      throw StackErrors.validation(version.failure());
    }
    return EstimateTemplateCostResponse.builder()
        .url(
            "http://calculator.s3.amazonaws.com/calc5.html?key=cloudformation/"
                + store.cloud.ids().uuid())
        .build();
  }

  @Override
  public GetTemplateSummaryResponse getTemplateSummary(GetTemplateSummaryRequest request) {
    String body;
    if (request.stackName() != null) {
      var record = store.find(Call.current().scope(), request.stackName());
      if (record == null) {
        throw StackErrors.noStack(request.stackName());
      }
      body = record.version().body();
    } else {
      body = preparer.body(request.templateBody(), request.templateURL());
    }
    var raw = read(body);
    var template = check(body, raw);
    return GetTemplateSummaryResponse.builder()
        .description(text(raw, "Description"))
        .version(text(raw, "AWSTemplateFormatVersion"))
        .metadata(raw.has("Metadata") ? Json.write(raw.get("Metadata")) : null)
        .capabilitiesWithStrings(Preparer.capabilities(template))
        .capabilitiesReason(reason(template))
        .declaredTransforms(Transforms.names(raw))
        .resourceTypes(
            new Template(raw)
                .resourceNames().stream()
                    .map(name -> new Template(raw).type(name))
                    .distinct()
                    .toList())
        .parameters(
            template.section("Parameters").properties().stream()
                .map(entry -> declaration(entry.getKey(), entry.getValue()))
                .toList())
        .resourceIdentifierSummaries(identifiers(template))
        .build();
  }

  /// What an import has to give of the resources of each type.
  private List<ResourceIdentifierSummary> identifiers(Template template) {
    var byType = new TreeMap<String, List<String>>();
    for (var name : template.resourceNames()) {
      byType.computeIfAbsent(template.type(name), type -> new ArrayList<>()).add(name);
    }
    var summaries = new ArrayList<ResourceIdentifierSummary>();
    byType.forEach((name, resources) -> {
      var type = types.find(name);
      var reading = type == null ? null : type.reading();
      if (reading != null) {
        summaries.add(
            ResourceIdentifierSummary.builder()
                .resourceType(name)
                .logicalResourceIds(resources)
                .resourceIdentifiers(reading.identifier())
                .build());
      }
    });
    return summaries;
  }

  private static ParameterDeclaration declaration(String name, JsonNode definition) {
    var allowed = new ArrayList<String>();
    definition.path("AllowedValues").forEach(value -> allowed.add(value.asText()));
    return ParameterDeclaration.builder()
        .parameterKey(name)
        .defaultValue(text(definition, "Default"))
        .parameterType(definition.path("Type").asText())
        .noEcho(definition.path("NoEcho").asBoolean())
        .description(text(definition, "Description"))
        .parameterConstraints(constraints -> constraints.allowedValues(allowed))
        .build();
  }

  private static @Nullable String reason(Template template) {
    var types = Preparer.capabilityTypes(template);
    return types.isEmpty() ? null : "The following resource(s) require capabilities: " + types;
  }

  private static @Nullable String text(JsonNode node, String name) {
    return node.has(name) ? node.get(name).asText() : null;
  }

  private static ObjectNode read(String body) {
    try {
      return TemplateReader.read(body);
    } catch (TemplateException e) {
      throw StackErrors.validation(e);
    }
  }

  private Template check(String body, ObjectNode raw) {
    if (Transforms.callsMacros(raw)) {
      return new Template(raw); // What macros make of it is not asked here.
    }
    try {
      return Template.check(preparer.process(body, Map.of()));
    } catch (TemplateException e) {
      if (raw.toString().contains("Fn::ForEach")) {
        return new Template(raw);
      }
      throw StackErrors.validation(e);
    }
  }
}
