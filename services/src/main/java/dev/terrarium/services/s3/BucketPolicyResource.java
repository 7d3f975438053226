package dev.terrarium.services.s3;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.terrarium.kernel.Cloud;
import dev.terrarium.kernel.Json;
import dev.terrarium.kernel.Reading;
import dev.terrarium.kernel.ResourceType;
import java.util.List;
import java.util.Map;
import software.amazon.awssdk.services.s3.S3Client;
import software.amazon.awssdk.services.s3.model.NoSuchBucketException;

/// `AWS::S3::BucketPolicy`.
final class BucketPolicyResource implements ResourceType {
  private final Cloud cloud;

  BucketPolicyResource(Cloud cloud) {
    this.cloud = cloud;
  }

  @Override
  public String name() {
    return "AWS::S3::BucketPolicy";
  }

  @Override
  public List<Property> properties() {
    return List.of(
        Property.of("Bucket").mandatory().replacing(), Property.of("PolicyDocument").mandatory());
  }

  @Override
  public Resource create(Request request) {
    var bucket = request.properties().path("Bucket").asText();
    var document = request.properties().path("PolicyDocument");
    var policy = document.isTextual() ? document.asText() : Json.write(document);
    cloud.client(S3Client.class).putBucketPolicy(b -> b.bucket(bucket).policy(policy));
    return new Resource(bucket, Map.of());
  }

  @Override
  public Resource update(Request request, Resource current, ObjectNode previous) {
    return create(request);
  }

  @Override
  public Reading reading() {
    var s3 = cloud.client(S3Client.class);
    return Reading.of(
        "Bucket",
        bucket -> {
          var told = Json.object().put("Bucket", bucket);
          told.set(
              "PolicyDocument", Json.parse(s3.getBucketPolicy(g -> g.bucket(bucket)).policy()));
          return new Reading.State(new Resource(bucket, Map.of()), told);
        },
        List::of);
  }

  @Override
  public void delete(Request request, Resource current) {
    try {
      cloud.client(S3Client.class).deleteBucketPolicy(b -> b.bucket(current.physicalId()));
    } catch (NoSuchBucketException e) {
      // Gone already is as good.
    }
  }
}
