package dev.terrarium.services.sns;

import dev.terrarium.kernel.Cloud;
import dev.terrarium.kernel.WebEndpoint;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;

/// Where receivers fetch the certificate with which they check signatures.
final class CertificateEndpoint implements WebEndpoint {
  static final String PATH = "/SimpleNotificationService-terrarium.pem";

  private final Cloud cloud;

  CertificateEndpoint(Cloud cloud) {
    this.cloud = cloud;
  }

  @Override
  public boolean accepts(Request request) {
    return request.rawPath().equals(PATH) && request.method().equals("GET");
  }

  @Override
  public Response respond(Request request) {
    var pem = new Signer(cloud).pem().getBytes(StandardCharsets.US_ASCII);
    return Response.of(200, List.of(Map.entry("Content-Type", "application/x-pem-file")), pem);
  }
}
