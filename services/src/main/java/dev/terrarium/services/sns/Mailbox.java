package dev.terrarium.services.sns;

import dev.terrarium.kernel.Cloud;
import dev.terrarium.kernel.Json;
import dev.terrarium.kernel.WebEndpoint;
import dev.terrarium.kernel.store.Codec;
import dev.terrarium.kernel.store.KeyCodec;
import dev.terrarium.kernel.store.Keyspace;
import java.nio.charset.StandardCharsets;
import java.util.Comparator;
import java.util.List;
import java.util.Map;

/// Where e-mails, text messages and push messages arrive: nothing leaves the machine. `GET
/// /_terrarium/mail` shows them all, `?to=<address>` those of one receiver, oldest first, as JSON.
final class Mailbox implements WebEndpoint {
  private static final String PATH = "/_terrarium/mail";

  /// Mail to one receiver lies together.
  private record MailKey(String to, String id) {
    static final KeyCodec<MailKey> CODEC =
        KeyCodec.of(
            (key, writer) -> writer.string(key.to).string(key.id),
            reader -> new MailKey(reader.string(), reader.string()));
  }

  private final Cloud cloud;
  private final Keyspace<MailKey, String> mails;

  Mailbox(Cloud cloud) {
    this.cloud = cloud;
    this.mails = new Keyspace<>(cloud.store(), "sns.mails", MailKey.CODEC, Codec.STRING);
  }

  /// Puts a message into the box.
  ///
  /// @param id of the message; the same one again replaces it, so a repeated delivery arrives once
  void deliver(String kind, String from, String to, String subject, String body, String id) {
    deliver(kind, from, to, subject, body, id, "");
  }

  /// As [#deliver], with the token of the device that it goes to.
  void deliver(
      String kind, String from, String to, String subject, String body, String id, String token) {
    var now = cloud.clock().millis();
    var mail =
        Json.object()
            .put("kind", kind)
            .put("id", id)
            .put("from", from)
            .put("to", to)
            .put("subject", subject)
            .put("body", body)
            .put("date", Envelope.timestamp(now));
    if (!token.isEmpty()) {
      mail.put("token", token);
    }
    mails.put(new MailKey(to, id), Json.write(mail));
  }

  @Override
  public boolean accepts(Request request) {
    return request.rawPath().equals(PATH) && request.method().equals("GET");
  }

  @Override
  public Response respond(Request request) {
    var to = request.rawQuery().startsWith("to=") ? request.rawQuery().substring(3) : "";
    var receiver = java.net.URLDecoder.decode(to, StandardCharsets.UTF_8);
    var answer = Json.object();
    var list = answer.putArray("mails");
    var found = receiver.isEmpty() ? mails.list() : mails.list(receiver);
    found.stream()
        .map(Json::parse)
        .sorted(Comparator.comparing(mail -> mail.path("date").asText()))
        .forEach(list::add);
    return Response.of(
        200,
        List.of(Map.entry("Content-Type", "application/json")),
        Json.write(answer).getBytes(StandardCharsets.UTF_8));
  }
}
