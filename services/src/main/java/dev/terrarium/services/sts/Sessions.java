package dev.terrarium.services.sts;

import dev.terrarium.kernel.Cloud;
import dev.terrarium.kernel.Credentials;
import dev.terrarium.kernel.Principal;
import dev.terrarium.kernel.store.Batch;
import dev.terrarium.kernel.store.BinaryReader;
import dev.terrarium.kernel.store.BinaryWriter;
import dev.terrarium.kernel.store.Codec;
import dev.terrarium.kernel.store.KeyCodec;
import dev.terrarium.kernel.store.Keyspace;
import dev.terrarium.kernel.time.Timer;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.Base64;
import java.util.Optional;

/// The temporary credentials that were given out. Kept for a while after they have expired, so that
/// their use can be told from that of a key that never was.
final class Sessions implements Credentials {
  private static final String FORGET = "sts.forget";
  private static final Duration KEPT_AFTER_EXPIRY = Duration.ofHours(12);

  /// One session.
  ///
  /// @param accessKeyId `ASIA…`
  /// @param account the account in which it acts
  /// @param arn of the assumed role, the federated user, or whoever asked for the session
  record Session(
      String accessKeyId,
      String secretAccessKey,
      String token,
      String account,
      String arn,
      String userId,
      Instant expires,
      Credentials.Session marks) {}

  static final Codec<Session> CODEC =
      Codec.of(
          2,
          (session, writer) ->
              writer
                  .string(session.accessKeyId)
                  .string(session.secretAccessKey)
                  .string(session.token)
                  .string(session.account)
                  .string(session.arn)
                  .string(session.userId)
                  .instant(session.expires)
                  .optional(session.marks.policy(), BinaryWriter::string)
                  .list(session.marks.policyArns(), BinaryWriter::string)
                  .strings(session.marks.tags())
                  .list(session.marks.transitiveTags(), BinaryWriter::string)
                  .string(session.marks.sourceIdentity())
                  .string(session.marks.issuer()),
          reader ->
              new Session(
                  reader.string(),
                  reader.string(),
                  reader.string(),
                  reader.string(),
                  reader.string(),
                  reader.string(),
                  reader.instant(),
                  reader.version() == 1 ? Credentials.Session.NONE : marks(reader)));

  private final Cloud cloud;
  private final Keyspace<String, Session> sessions;

  Sessions(Cloud cloud) {
    this.cloud = cloud;
    this.sessions = new Keyspace<>(cloud.store(), "sts.sessions", KeyCodec.STRING, CODEC);
    cloud
        .timers()
        .handle(
            FORGET, timer -> sessions.delete(new String(timer.payload(), StandardCharsets.UTF_8)));
  }

  private static Credentials.Session marks(BinaryReader reader) {
    return new Credentials.Session(
        reader.optional(BinaryReader::string),
        reader.list(BinaryReader::string),
        reader.strings(),
        reader.list(BinaryReader::string),
        reader.string(),
        reader.string());
  }

  /// What narrows or marks the session of the caller.
  Credentials.Session marks(Principal caller) {
    return cloud
        .credentials()
        .resolve(caller.accessKeyId())
        .map(Resolved::session)
        .orElse(Credentials.Session.NONE);
  }

  /// Begins a session.
  Session begin(
      String account, String arn, String userId, int durationSeconds, Credentials.Session marks) {
    var ids = cloud.ids();
    var session =
        new Session(
            "ASIA" + ids.base32(16),
            ids.alphanumeric(40),
            "IQoJ" + Base64.getEncoder().encodeToString(ids.bytes(192)),
            account,
            arn,
            userId,
            cloud.clock().now().plusSeconds(durationSeconds),
            marks);
    var batch = new Batch();
    sessions.put(batch, session.accessKeyId, session);
    var id = session.accessKeyId;
    var forget = session.expires.plus(KEPT_AFTER_EXPIRY);
    cloud
        .timers()
        .schedule(batch, new Timer(forget, FORGET, id, id.getBytes(StandardCharsets.UTF_8)));
    cloud.store().commit(batch);
    return session;
  }

  @Override
  public Optional<Resolved> resolve(String accessKeyId) {
    return Optional.ofNullable(sessions.get(accessKeyId))
        .map(session ->
            new Resolved(
                session.secretAccessKey,
                session.token,
                new Principal(session.account, session.arn, session.userId, session.accessKeyId),
                session.expires,
                session.marks));
  }
}
