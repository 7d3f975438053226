package dev.terrarium.services.iam;

import dev.terrarium.kernel.Call;
import dev.terrarium.kernel.Need;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/// The condition keys of one request: AWS's global ones, the caller's, and the service's own.
final class Context {
  /// One key in lower case and its values.
  record Entry(String key, List<String> values) {
    Entry(String key, String value) {
      this(key, List.of(value));
    }
  }

  private Context() {}

  static Entry principalTag(String name, String value) {
    return new Entry("aws:principaltag/" + name.toLowerCase(Locale.ROOT), value);
  }

  /// All keys in lower case.
  static Map<String, List<String>> of(Call call, Instant now, Need need, List<Entry> more) {
    var keys = new HashMap<String, List<String>>();
    var principal = call.principal();
    put(keys, "aws:sourceip", call.sourceIp());
    put(keys, "aws:requestedregion", call.region());
    put(keys, "aws:currenttime", now.truncatedTo(ChronoUnit.SECONDS).toString());
    put(keys, "aws:epochtime", Long.toString(now.getEpochSecond()));
    put(keys, "aws:resourceaccount", need.owner());
    put(keys, "aws:viaawsservice", Boolean.toString(!call.via().isEmpty()));
    put(keys, "aws:principalisawsservice", "false");
    // Terrarium's port is plain HTTP on one's own machine. Policies that insist on TLS are written
    // for the way to AWS, which there is none of here.
    put(keys, "aws:securetransport", "true");
    if (!principal.isAnonymous()) {
      put(keys, "aws:principalarn", principalArn(principal.arn()));
      put(keys, "aws:principalaccount", principal.account());
      put(keys, "aws:userid", principal.userId());
      put(keys, "aws:principaltype", type(principal.arn()));
      if (principal.arn().contains(":user/")) {
        put(keys, "aws:username", principal.arn().substring(principal.arn().lastIndexOf('/') + 1));
      }
    } else {
      put(keys, "aws:principaltype", "Anonymous");
    }
    more.forEach(entry -> keys.put(entry.key, entry.values));
    need.context().forEach((key, values) -> keys.put(key, values));
    return keys;
  }

  /// A session goes by its role.
  static String principalArn(String arn) {
    var parts = arn.split(":", 6);
    if (parts.length == 6 && parts[5].startsWith("assumed-role/")) {
      return "arn:%s:iam::%s:role/%s".formatted(parts[1], parts[4], parts[5].split("/")[1]);
    }
    return arn;
  }

  private static String type(String arn) {
    if (arn.endsWith(":root")) {
      return "Account";
    }
    return arn.contains(":user/")
        ? "User"
        : arn.contains(":federated-user/") ? "FederatedUser" : "AssumedRole";
  }

  private static void put(Map<String, List<String>> keys, String key, String value) {
    keys.put(key, List.of(value));
  }
}
