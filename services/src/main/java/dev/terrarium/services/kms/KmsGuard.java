package dev.terrarium.services.kms;

import com.fasterxml.jackson.databind.JsonNode;
import dev.terrarium.kernel.Arn;
import dev.terrarium.kernel.Call;
import dev.terrarium.kernel.Guard;
import dev.terrarium.kernel.Json;
import dev.terrarium.kernel.Need;
import dev.terrarium.kernel.model.Operation;
import dev.terrarium.services.kms.Aliases.AliasKey;
import dev.terrarium.services.kms.Grants.GrantKey;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import software.amazon.awssdk.core.SdkBytes;
import software.amazon.awssdk.core.SdkPojo;
import software.amazon.awssdk.services.kms.model.Tag;

/// What requests to KMS need permission for, with the policies of keys and with grants. Nobody, not
/// even the account that owns a key, may use it unless its policy says so.
final class KmsGuard implements Guard {
  private final Keys keys;

  KmsGuard(Keys keys) {
    this.keys = keys;
  }

  @Override
  public List<Need> needs(Call call, Operation operation, SdkPojo request) {
    var asked = new Asked(call, members(request));
    return switch (operation.name()) {
      case "ReEncrypt" -> {
        var needs = new ArrayList<Need>();
        var source = asked.text("SourceKeyId");
        var from = source == null ? asked.holder() : asked.key(source);
        asked.onKey("ReEncryptFrom", from, asked.map("SourceEncryptionContext"), needs);
        var to = asked.key(String.valueOf(asked.text("DestinationKeyId")));
        asked.onKey("ReEncryptTo", to, asked.map("DestinationEncryptionContext"), needs);
        yield needs;
      }
      case "CreateAlias", "UpdateAlias", "DeleteAlias" -> asked.alias(operation.name());
      case "RetireGrant" -> asked.retiring();
      default -> asked.plain(operation.name());
    };
  }

  private static Map<String, Object> members(SdkPojo request) {
    var members = new HashMap<String, Object>();
    for (var field : request.sdkFields()) {
      var value = field.getValueOrDefault(request);
      if (value != null) {
        members.put(field.memberName(), value);
      }
    }
    return members;
  }

  /// One request.
  private final class Asked {
    private final Call call;
    private final Map<String, Object> members;

    Asked(Call call, Map<String, Object> members) {
      this.call = call;
      this.members = members;
    }

    @Nullable String text(String member) {
      return members.get(member) instanceof String text ? text : null;
    }

    Map<String, String> map(String member) {
      var map = new HashMap<String, String>();
      if (members.get(member) instanceof Map<?, ?> given) {
        given.forEach((name, value) -> map.put(String.valueOf(name), String.valueOf(value)));
      }
      return map;
    }

    @Nullable KeyRecord key(String name) {
      if (name.startsWith("alias/aws/") && ManagedKeys.isOne(name)) {
        return keys.find(keys.resolve(name, true));
      }
      return keys.peek(call.scope(), name);
    }

    /// The key that a ciphertext names.
    @Nullable KeyRecord holder() {
      if (!(members.get("CiphertextBlob") instanceof SdkBytes blob)) {
        return null;
      }
      var envelope = Envelope.of(blob.asByteArrayUnsafe()).orElse(null);
      var ref = envelope == null ? null : keys.holder(call.region(), envelope.materialId());
      return ref == null ? null : keys.find(ref);
    }

    List<Need> plain(String operation) {
      var named = text("KeyId");
      if (named == null && !operation.equals("Decrypt")) {
        return List.of(
            Need.of("kms:" + operation, "*", call.account()).with(context(Map.of(), null)));
      }
      var needs = new ArrayList<Need>();
      var key = named == null ? holder() : key(named);
      onKey(operation, key, map("EncryptionContext"), needs);
      return needs;
    }

    List<Need> alias(String operation) {
      var needs = new ArrayList<Need>();
      var name = String.valueOf(text("AliasName"));
      var alias = AliasKey.of(call.scope(), name);
      needs.add(Need.of("kms:" + operation, alias.arn(), call.account()));
      var before = keys.aliases.stored.get(alias);
      if (before != null) {
        var old = keys.find(new KeyRef(alias.account(), alias.region(), before.target()));
        onKey(operation, old, Map.of(), needs);
      }
      var target = text("TargetKeyId");
      if (target != null) {
        onKey(operation, key(target), Map.of(), needs);
      }
      return needs;
    }

    /// Whom the grant names may retire it, and its grantee if it says so.
    List<Need> retiring() {
      var token = text("GrantToken");
      var grant = token == null ? null : GrantKey.ofToken(token).orElse(null);
      var named = text("KeyId");
      var id = text("GrantId");
      if (grant == null && named != null && id != null) {
        var key = key(named);
        grant = key == null ? null : new GrantKey(key.ref(), id);
      }
      var entry = grant == null ? null : keys.grants.stored.get(grant);
      var key = grant == null ? null : keys.find(grant.key());
      if (entry == null || key == null) {
        return List.of();
      }
      var caller = call.principal().arn();
      if (Grants.isFor(entry.retiringPrincipal(), caller)
          || Grants.isFor(entry.granteePrincipal(), caller)
              && entry.operationsAsStrings().contains("RetireGrant")) {
        return List.of();
      }
      var needs = new ArrayList<Need>();
      onKey("RetireGrant", key, Map.of(), needs);
      return needs;
    }

    void onKey(
        String operation, @Nullable KeyRecord key, Map<String, String> context, List<Need> needs) {
      if (key == null) {
        return; // Not there: the service's own error tells so.
      }
      var ref = key.ref();
      var granted = keys.grants.allow(ref, call.principal().arn(), operation, context);
      needs.add(
          new Need(
              "kms:" + operation,
              key.arn(),
              ref.account(),
              policy(key),
              true,
              granted,
              context(context, key)));
    }

    private static JsonNode policy(KeyRecord key) {
      return Json.parse(key.policy());
    }

    private Map<String, List<String>> context(
        Map<String, String> encryption, @Nullable KeyRecord key) {
      var context = new HashMap<String, List<String>>();
      put(context, "calleraccount", call.principal().account());
      if (!call.via().isEmpty()) {
        put(context, "viaservice", call.via() + "." + call.region() + ".amazonaws.com");
        context.put("aws:viaawsservice", List.of("true"));
      }
      encryption.forEach((name, value) -> put(context, "encryptioncontext:" + name, value));
      if (!encryption.isEmpty()) {
        context.put("kms:encryptioncontextkeys", List.copyOf(encryption.keySet()));
      }
      for (var member :
          List.of(
              "EncryptionAlgorithm",
              "SigningAlgorithm",
              "MessageType",
              "MacAlgorithm",
              "KeyAgreementAlgorithm",
              "GranteePrincipal",
              "RetiringPrincipal",
              "WrappingAlgorithm",
              "WrappingKeySpec",
              "ExpirationModel",
              "ReplicaRegion",
              "PrimaryRegion",
              "KeyPairSpec")) {
        put(
            context,
            member.toLowerCase(Locale.ROOT).replace("keypairspec", "datakeypairspec"),
            text(member));
      }
      if (members.get("PendingWindowInDays") instanceof Integer days) {
        put(context, "schedulekeydeletionpendingwindowindays", days.toString());
      }
      if (members.get("Operations") instanceof List<?> operations) {
        context.put("kms:grantoperations", operations.stream().map(String::valueOf).toList());
      }
      put(context, "grantisforawsresource", Boolean.toString(!call.via().isEmpty()));
      tags(context);
      if (key == null) {
        put(context, "keyspec", text("KeySpec"));
        put(context, "keyusage", text("KeyUsage"));
        put(context, "keyorigin", text("Origin"));
      } else {
        ofKey(context, key);
      }
      return context;
    }

    private void ofKey(Map<String, List<String>> context, KeyRecord key) {
      put(context, "keyspec", key.spec().name());
      put(context, "keyusage", key.metadata().keyUsageAsString());
      put(context, "keyorigin", key.metadata().originAsString());
      put(context, "multiregion", Boolean.toString(key.isMultiRegion()));
      var aliases = keys.aliases.of(key.ref()).stream().map(AliasKey::name).toList();
      if (!aliases.isEmpty()) {
        context.put("kms:resourcealiases", aliases);
      }
      var named = text("KeyId");
      if (named != null && named.contains("alias/")) {
        put(context, "requestalias", Arn.of(named).map(Arn::resource).orElse(named));
      }
      key.tags()
          .forEach((name, value) ->
              context.put("aws:resourcetag/" + name.toLowerCase(Locale.ROOT), List.of(value)));
    }

    private void tags(Map<String, List<String>> context) {
      if (!(members.get("Tags") instanceof List<?> tags)) {
        return;
      }
      var names = new ArrayList<String>();
      for (var one : tags) {
        if (one instanceof Tag tag && tag.tagKey() != null) {
          names.add(tag.tagKey());
          context.put(
              "aws:requesttag/" + tag.tagKey().toLowerCase(Locale.ROOT),
              List.of(String.valueOf(tag.tagValue())));
        }
      }
      context.put("aws:tagkeys", names);
    }

    private static void put(Map<String, List<String>> context, String key, @Nullable String value) {
      if (value != null) {
        context.put("kms:" + key.toLowerCase(Locale.ROOT), List.of(value));
      }
    }
  }
}
