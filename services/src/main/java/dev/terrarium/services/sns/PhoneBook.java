package dev.terrarium.services.sns;

import dev.terrarium.kernel.Cloud;
import dev.terrarium.kernel.Scope;
import dev.terrarium.kernel.WebEndpoint;
import dev.terrarium.kernel.store.BinaryReader;
import dev.terrarium.kernel.store.Codec;
import dev.terrarium.kernel.store.KeyCodec;
import dev.terrarium.kernel.store.Keyspace;
import java.io.IOException;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;

/// What is known about telephone numbers: who opted out, and an account's preferences for text
/// messages.
///
/// A receiver opts out as in life, by answering a text message: `POST /_terrarium/sms` with
/// `from=<number>&body=STOP` as a form.
final class PhoneBook implements WebEndpoint {
  private static final String PATH = "/_terrarium/sms";
  private static final Set<String> OPT_OUT =
      Set.of(
          "ARRET",
          "CANCEL",
          "END",
          "OPT-OUT",
          "OPTOUT",
          "QUIT",
          "REMOVE",
          "STOP",
          "TD",
          "UNSUBSCRIBE");

  /// A number in the eyes of one account.
  record PhoneKey(String account, String region, String number) {
    static final KeyCodec<PhoneKey> CODEC =
        KeyCodec.of(
            (key, writer) -> writer.string(key.account).string(key.region).string(key.number),
            reader -> new PhoneKey(reader.string(), reader.string(), reader.string()));
  }

  private final Cloud cloud;
  final Keyspace<PhoneKey, String> optedOut;
  private final Keyspace<PhoneKey, Map<String, String>> preferences;

  PhoneBook(Cloud cloud) {
    this.cloud = cloud;
    var store = cloud.store();
    this.optedOut = new Keyspace<>(store, "sns.optedOut", PhoneKey.CODEC, Codec.STRING);
    this.preferences =
        new Keyspace<>(
            store,
            "sns.smsAttributes",
            PhoneKey.CODEC,
            Codec.of(1, (map, writer) -> writer.strings(map), BinaryReader::strings));
  }

  static boolean isNumber(String text) {
    return text.matches("\\+?[1-9][0-9]{3,14}");
  }

  static PhoneKey key(Scope scope, String number) {
    return new PhoneKey(scope.account(), scope.region(), number);
  }

  boolean isOptedOut(Scope scope, String number) {
    return optedOut.contains(key(scope, number));
  }

  Map<String, String> attributes(Scope scope) {
    var found = preferences.get(key(scope, ""));
    return found == null ? Map.of() : found;
  }

  void set(Scope scope, Map<String, String> changes) {
    var changed = new HashMap<>(attributes(scope));
    changed.putAll(changes);
    changed.values().removeIf(String::isEmpty);
    preferences.put(key(scope, ""), changed);
  }

  @Override
  public boolean accepts(Request request) {
    return request.rawPath().equals(PATH) && request.method().equals("POST");
  }

  @Override
  public Response respond(Request request) throws IOException {
    var form = new HashMap<String, String>();
    var text = new String(request.body().readNBytes(64 * 1024), StandardCharsets.UTF_8);
    for (var pair : (text + "&" + request.rawQuery()).split("&")) {
      var equals = pair.indexOf('=');
      if (equals > 0) {
        form.put(
            pair.substring(0, equals),
            URLDecoder.decode(pair.substring(equals + 1), StandardCharsets.UTF_8));
      }
    }
    var from = form.getOrDefault("from", "");
    if (!isNumber(from)) {
      return answer(400, "The form needs from=<telephone number> and body=<text>.\n");
    }
    var scope = cloud.defaultScope();
    var key =
        new PhoneKey(
            form.getOrDefault("account", scope.account()),
            form.getOrDefault("region", scope.region()),
            from);
    var word = form.getOrDefault("body", "").strip().toUpperCase(Locale.ROOT);
    if (OPT_OUT.contains(word)) {
      optedOut.put(key, Envelope.timestamp(cloud.clock().millis()));
      return answer(200, from + " has opted out.\n");
    }
    return answer(200, "Nobody reads what is sent to this number, except STOP.\n");
  }

  private static Response answer(int status, String text) {
    return Response.of(
        status,
        List.of(Map.entry("Content-Type", "text/plain; charset=utf-8")),
        text.getBytes(StandardCharsets.UTF_8));
  }
}
