package dev.terrarium.services.cloudformation;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.terrarium.kernel.Call;
import dev.terrarium.kernel.Cloud;
import dev.terrarium.kernel.Json;
import dev.terrarium.kernel.ResourceType;
import dev.terrarium.kernel.ResourceType.Request;
import dev.terrarium.kernel.ResourceType.Resource;
import dev.terrarium.services.cloudformation.ResourceRecord.Actual;
import dev.terrarium.services.cloudformation.template.TemplateException;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import software.amazon.awssdk.services.codedeploy.CodeDeployClient;
import software.amazon.awssdk.services.codedeploy.model.DeploymentInfo;
import software.amazon.awssdk.services.codedeploy.model.DeploymentStatus;
import software.amazon.awssdk.services.codedeploy.model.RevisionLocationType;

/// `CodeDeployLambdaAliasUpdate`: a deployment of CodeDeploy gives an alias its new version. If it
/// fails, so does the update of the alias, once CodeDeploy has taken back what it takes back.
final class AliasShift {
  private static final String POLICY = "CodeDeployLambdaAliasUpdate";
  private static final Set<DeploymentStatus> ENDED =
      Set.of(DeploymentStatus.SUCCEEDED, DeploymentStatus.FAILED, DeploymentStatus.STOPPED);

  /// A deployment tells when it changes; this is for the rest.
  private static final Duration LOOK_EVERY = Duration.ofHours(1);

  private final Cloud cloud;

  AliasShift(Cloud cloud) {
    this.cloud = cloud;
  }

  /// Whether an update is CodeDeploy's: only another version is worth it.
  static boolean isAsked(JsonNode policy, Set<String> changed) {
    return policy.has(POLICY) && changed.contains("FunctionVersion");
  }

  /// Changes the alias as its type would, but by a deployment.
  Resource update(ResourceType type, Request request, Actual before, ObjectNode policy) {
    var update = policy.path(POLICY);
    var old = before.propertyTree();
    var begun = begun(update, request);
    var id = begun == null ? begin(update, request, old) : begun;
    var ended = ended(id);
    if (ended.status() != DeploymentStatus.SUCCEEDED) {
      var rollback =
          ended.rollbackInfo() == null ? null : ended.rollbackInfo().rollbackDeploymentId();
      if (rollback != null) {
        var _ = ended(rollback);
      }
      throw new TemplateException(
          "Deployment %s failed: %s".formatted(id, ended.errorInformation().message()));
    }
    return type.update(request, before.resource(), old);
  }

  private CodeDeployClient deploy() {
    return cloud.client(CodeDeployClient.class);
  }

  /// What tells the deployment of a request from others, after a crash.
  private static String description(Request request) {
    return "CloudFormation " + request.token();
  }

  /// The deployment that was begun for the request before the process ended, or null.
  private @Nullable String begun(JsonNode update, Request request) {
    var ids =
        deploy()
            .listDeployments(l ->
                l.applicationName(update.path("ApplicationName").asText())
                    .deploymentGroupName(update.path("DeploymentGroupName").asText()))
            .deployments();
    if (ids.isEmpty()) {
      return null;
    }
    return deploy().batchGetDeployments(b -> b.deploymentIds(ids)).deploymentsInfo().stream()
        .filter(info -> description(request).equals(info.description()))
        .map(DeploymentInfo::deploymentId)
        .findFirst()
        .orElse(null);
  }

  private String begin(JsonNode update, Request request, ObjectNode old) {
    return deploy()
        .createDeployment(c ->
            c.applicationName(update.path("ApplicationName").asText())
                .deploymentGroupName(update.path("DeploymentGroupName").asText())
                .description(description(request))
                .revision(r ->
                    r.revisionType(RevisionLocationType.APP_SPEC_CONTENT)
                        .appSpecContent(
                            a -> a.content(content(update, request.properties(), old)))))
        .deploymentId();
  }

  private static String content(JsonNode update, ObjectNode wanted, ObjectNode old) {
    var spec = Json.object().put("version", "0.0");
    spec.putArray("Resources")
        .addObject()
        .putObject("Alias")
        .put("Type", "AWS::Lambda::Function")
        .putObject("Properties")
        .put("Name", wanted.path("FunctionName").asText())
        .put("Alias", wanted.path("Name").asText())
        .put("CurrentVersion", old.path("FunctionVersion").asText())
        .put("TargetVersion", wanted.path("FunctionVersion").asText());
    var hooks = spec.putArray("Hooks");
    for (var event : List.of("BeforeAllowTraffic", "AfterAllowTraffic")) {
      var function = update.path(event + "Hook");
      if (function.isTextual()) {
        hooks.addObject().set(event, function);
      }
    }
    return Json.write(spec);
  }

  /// Waits for the end of a deployment.
  private DeploymentInfo ended(String id) {
    var key = Call.current().scope().arn("codedeploy", "deployment:" + id);
    try (var watch = cloud.signals().watch(key)) {
      while (true) {
        var info = deploy().getDeployment(g -> g.deploymentId(id)).deploymentInfo();
        if (ENDED.contains(info.status())) {
          return info;
        }
        var _ = watch.await(cloud.clock().now().plus(LOOK_EVERY));
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException("The cloud is closing", e);
    }
  }
}
