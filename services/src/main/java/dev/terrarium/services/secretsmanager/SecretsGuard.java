package dev.terrarium.services.secretsmanager;

import dev.terrarium.kernel.Call;
import dev.terrarium.kernel.Guard;
import dev.terrarium.kernel.Json;
import dev.terrarium.kernel.Need;
import dev.terrarium.kernel.model.Operation;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import software.amazon.awssdk.core.SdkPojo;
import software.amazon.awssdk.services.secretsmanager.model.Tag;

/// What requests to Secrets Manager need permission for, with the policies of secrets. KMS asks for
/// its own permissions itself.
final class SecretsGuard implements Guard {
  private final Secrets secrets;

  SecretsGuard(Secrets secrets) {
    this.secrets = secrets;
  }

  @Override
  public List<Need> needs(Call call, Operation operation, SdkPojo request) {
    var action = "secretsmanager:" + operation.name();
    var context = new HashMap<String, List<String>>();
    var needs = new ArrayList<Need>();
    String id = null;
    for (var field : request.sdkFields()) {
      var value = field.getValueOrDefault(request);
      switch (field.memberName()) {
        case "SecretId", "Name" -> id = value instanceof String text ? text : id;
        case "SecretIdList" -> {
          if (value instanceof List<?> ids) {
            // A batch is allowed as a whole, and each secret of it is read as if alone.
            ids.forEach(one ->
                needs.add(
                    need(call, "secretsmanager:GetSecretValue", String.valueOf(one), context)));
          }
        }
        case "VersionStage" -> put(context, "secretsmanager:versionstage", value);
        case "VersionId" -> put(context, "secretsmanager:versionid", value);
        case "KmsKeyId" -> put(context, "secretsmanager:kmskeyid", value);
        case "RecoveryWindowInDays" -> put(context, "secretsmanager:recoverywindowindays", value);
        case "ForceDeleteWithoutRecovery" ->
            put(context, "secretsmanager:forcedeletewithoutrecovery", value);
        case "RotationLambdaARN" -> put(context, "secretsmanager:rotationlambdaarn", value);
        case "BlockPublicPolicy" -> put(context, "secretsmanager:blockpublicpolicy", value);
        case "Tags" -> tags(context, value);
        default -> {}
      }
    }
    needs.add(
        id == null
            ? Need.of(action, "*", call.account()).with(context)
            : need(call, action, id, context));
    return needs;
  }

  private Need need(Call call, String action, String id, Map<String, List<String>> context) {
    var found = secrets.find(call.scope(), id);
    if (found == null) {
      var arn =
          id.startsWith("arn:")
              ? id
              : call.scope().arn("secretsmanager", "secret:" + id + "-??????");
      return Need.of(action, arn, call.account()).with(context);
    }
    var all = new HashMap<>(context);
    put(all, "secretsmanager:secretid", found.record().arn());
    put(all, "secretsmanager:name", found.ref().name());
    for (var tag : found.record().description().tags()) {
      var key = tag.key().toLowerCase(Locale.ROOT);
      put(all, "secretsmanager:resourcetag/" + key, tag.value());
      put(all, "aws:resourcetag/" + key, tag.value());
    }
    var policy = found.record().policy();
    var need = Need.of(action, found.record().arn(), found.ref().account());
    return (policy.isEmpty() ? need : need.under(Json.parse(policy))).with(all);
  }

  private static void put(Map<String, List<String>> context, String key, @Nullable Object value) {
    if (value != null) {
      context.put(key, List.of(value.toString()));
    }
  }

  private static void tags(Map<String, List<String>> context, @Nullable Object value) {
    if (!(value instanceof List<?> tags) || tags.isEmpty()) {
      return;
    }
    var names = new ArrayList<String>();
    for (var one : tags) {
      if (one instanceof Tag tag && tag.key() != null) {
        names.add(tag.key());
        put(context, "aws:requesttag/" + tag.key().toLowerCase(Locale.ROOT), tag.value());
      }
    }
    context.put("aws:tagkeys", names);
  }
}
