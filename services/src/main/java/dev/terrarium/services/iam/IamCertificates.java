package dev.terrarium.services.iam;

import dev.terrarium.kernel.Errors;
import java.io.ByteArrayInputStream;
import java.nio.charset.StandardCharsets;
import java.security.cert.CertificateException;
import java.security.cert.CertificateFactory;
import java.security.cert.X509Certificate;
import java.util.Comparator;
import java.util.Locale;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;
import software.amazon.awssdk.services.iam.model.*;

/// Server certificates of the account and signing certificates of users.
final class IamCertificates implements IamPart {
  private static final int SIGNING_MAX = 2;

  private final IamStore store;
  private final Shelf<ServerCertificate> servers;
  private final Shelf<SigningCertificate> signing;

  IamCertificates(IamStore store) {
    this.store = store;
    this.servers = new Shelf<>(store, "server-certificate", ServerCertificate::builder);
    this.signing = new Shelf<>(store, "signing-certificate", SigningCertificate::builder);
  }

  private static X509Certificate certificate(String body) {
    try {
      return (X509Certificate)
          CertificateFactory.getInstance("X.509")
              .generateCertificate(
                  new ByteArrayInputStream(body.strip().getBytes(StandardCharsets.US_ASCII)));
    } catch (CertificateException e) {
      throw Errors.of(
          MalformedCertificateException.builder(),
          400,
          "MalformedCertificate",
          "Unable to parse certificate. Please ensure the certificate is in PEM format.");
    }
  }

  private static String key(String name) {
    return name.toLowerCase(Locale.ROOT);
  }

  private ServerCertificate existing(@Nullable String given) {
    var name = Check.name(given, "serverCertificateName", 128);
    var found = servers.get(key(name));
    if (found == null) {
      throw IamErrors.noSuchEntity(
          "The Server Certificate with name " + name + " cannot be found.");
    }
    return found;
  }

  @Override
  public UploadServerCertificateResponse uploadServerCertificate(
      UploadServerCertificateRequest request) {
    var name = Check.name(request.serverCertificateName(), "serverCertificateName", 128);
    var path = Check.path(request.path());
    var body = Check.required(request.certificateBody(), "certificateBody").strip();
    var key = Check.required(request.privateKey(), "privateKey");
    var expires = certificate(body).getNotAfter().toInstant();
    if (!key.contains("PRIVATE KEY-----")) {
      throw Errors.of(
          MalformedCertificateException.builder(),
          400,
          "MalformedCertificate",
          "Unable to parse key. Please ensure the key is in PEM format.");
    }
    var chain = request.certificateChain() == null ? null : request.certificateChain().strip();
    if (chain != null) {
      var _ = certificate(chain);
    }
    var metadata =
        ServerCertificateMetadata.builder()
            .path(path)
            .serverCertificateName(name)
            .serverCertificateId(store.newId("ASCA"))
            .arn(IamStore.arn("server-certificate", path, name))
            .uploadDate(store.now())
            .expiration(expires)
            .build();
    store.change(batch -> {
      if (servers.get(key(name)) != null) {
        throw IamErrors.alreadyExists(
            "The Server Certificate with name " + name + " already exists.");
      }
      servers.put(
          batch,
          key(name),
          ServerCertificate.builder()
              .serverCertificateMetadata(metadata)
              .certificateBody(body)
              .certificateChain(chain)
              .tags(Check.tags(request.tags()))
              .build());
      return metadata;
    });
    return UploadServerCertificateResponse.builder()
        .serverCertificateMetadata(metadata)
        .tags(request.tags())
        .build();
  }

  @Override
  public GetServerCertificateResponse getServerCertificate(GetServerCertificateRequest request) {
    return GetServerCertificateResponse.builder()
        .serverCertificate(existing(request.serverCertificateName()))
        .build();
  }

  @Override
  public ListServerCertificatesResponse listServerCertificates(
      ListServerCertificatesRequest request) {
    var prefix = request.pathPrefix() == null ? "/" : request.pathPrefix();
    var all =
        servers.list("").stream()
            .map(ServerCertificate::serverCertificateMetadata)
            .filter(metadata -> metadata.path().startsWith(prefix))
            .sorted(Comparator.comparing(ServerCertificateMetadata::serverCertificateName))
            .toList();
    var page =
        Paging.of(
            all,
            ServerCertificateMetadata::serverCertificateName,
            request.marker(),
            request.maxItems());
    return ListServerCertificatesResponse.builder()
        .serverCertificateMetadataList(page.items())
        .isTruncated(page.truncated())
        .marker(page.token())
        .build();
  }

  @Override
  public UpdateServerCertificateResponse updateServerCertificate(
      UpdateServerCertificateRequest request) {
    store.change(batch -> {
      var there = existing(request.serverCertificateName());
      var before = there.serverCertificateMetadata();
      var name =
          request.newServerCertificateName() == null
              ? before.serverCertificateName()
              : Check.name(request.newServerCertificateName(), "newServerCertificateName", 128);
      var path = request.newPath() == null ? before.path() : Check.path(request.newPath());
      if (!name.equalsIgnoreCase(before.serverCertificateName())
          && servers.get(key(name)) != null) {
        throw IamErrors.alreadyExists(
            "The Server Certificate with name " + name + " already exists.");
      }
      var changed =
          before.toBuilder()
              .serverCertificateName(name)
              .path(path)
              .arn(IamStore.arn("server-certificate", path, name))
              .build();
      servers.delete(batch, key(before.serverCertificateName()));
      servers.put(batch, key(name), there.toBuilder().serverCertificateMetadata(changed).build());
      return changed;
    });
    return UpdateServerCertificateResponse.builder().build();
  }

  @Override
  public DeleteServerCertificateResponse deleteServerCertificate(
      DeleteServerCertificateRequest request) {
    store.change(batch -> {
      var there = existing(request.serverCertificateName());
      servers.delete(batch, key(there.serverCertificateMetadata().serverCertificateName()));
      return there;
    });
    return DeleteServerCertificateResponse.builder().build();
  }

  private void retag(@Nullable String name, UnaryOperator<java.util.List<Tag>> change) {
    store.change(batch -> {
      var there = existing(name);
      var changed = there.toBuilder().tags(change.apply(there.tags())).build();
      servers.put(batch, key(there.serverCertificateMetadata().serverCertificateName()), changed);
      return changed;
    });
  }

  @Override
  public TagServerCertificateResponse tagServerCertificate(TagServerCertificateRequest request) {
    retag(request.serverCertificateName(), tags -> Tags.with(tags, request.tags()));
    return TagServerCertificateResponse.builder().build();
  }

  @Override
  public UntagServerCertificateResponse untagServerCertificate(
      UntagServerCertificateRequest request) {
    retag(request.serverCertificateName(), tags -> Tags.without(tags, request.tagKeys()));
    return UntagServerCertificateResponse.builder().build();
  }

  @Override
  public ListServerCertificateTagsResponse listServerCertificateTags(
      ListServerCertificateTagsRequest request) {
    var tags = existing(request.serverCertificateName()).tags();
    var page = Paging.of(tags, Tag::key, request.marker(), request.maxItems());
    return ListServerCertificateTagsResponse.builder()
        .tags(page.items())
        .isTruncated(page.truncated())
        .marker(page.token())
        .build();
  }

  @Override
  public UploadSigningCertificateResponse uploadSigningCertificate(
      UploadSigningCertificateRequest request) {
    var user = store.existingUser(Check.name(request.userName(), "userName", 128));
    var body = Check.required(request.certificateBody(), "certificateBody");
    var _ = certificate(body);
    var certificate =
        SigningCertificate.builder()
            .userName(user.userName())
            .certificateId(store.cloud.ids().base32(24))
            .certificateBody(body)
            .status(StatusType.ACTIVE)
            .uploadDate(store.now())
            .build();
    store.change(batch -> {
      if (signing.ofUser(user.userName()).size() >= SIGNING_MAX) {
        throw IamErrors.limitExceeded("SigningCertificatesPerUser", SIGNING_MAX);
      }
      signing.put(batch, Shelf.of(user.userName(), certificate.certificateId()), certificate);
      return certificate;
    });
    return UploadSigningCertificateResponse.builder().certificate(certificate).build();
  }

  private SigningCertificate signing(@Nullable String userName, @Nullable String id) {
    var user = store.existingUser(Check.name(userName, "userName", 128));
    var found = signing.get(Shelf.of(user.userName(), Check.required(id, "certificateId")));
    if (found == null) {
      throw IamErrors.noSuchEntity("The Certificate with id " + id + " cannot be found.");
    }
    return found;
  }

  @Override
  public ListSigningCertificatesResponse listSigningCertificates(
      ListSigningCertificatesRequest request) {
    var user = store.existingUser(Check.name(request.userName(), "userName", 128));
    return ListSigningCertificatesResponse.builder()
        .certificates(signing.ofUser(user.userName()))
        .isTruncated(false)
        .build();
  }

  @Override
  public UpdateSigningCertificateResponse updateSigningCertificate(
      UpdateSigningCertificateRequest request) {
    store.change(batch -> {
      var there = signing(request.userName(), request.certificateId());
      signing.put(
          batch,
          Shelf.of(there.userName(), there.certificateId()),
          there.toBuilder().status(request.status()).build());
      return there;
    });
    return UpdateSigningCertificateResponse.builder().build();
  }

  @Override
  public DeleteSigningCertificateResponse deleteSigningCertificate(
      DeleteSigningCertificateRequest request) {
    store.change(batch -> {
      var there = signing(request.userName(), request.certificateId());
      signing.delete(batch, Shelf.of(there.userName(), there.certificateId()));
      return there;
    });
    return DeleteSigningCertificateResponse.builder().build();
  }

  boolean hasSigning(String userName) {
    return !signing.ofUser(userName).isEmpty();
  }
}
