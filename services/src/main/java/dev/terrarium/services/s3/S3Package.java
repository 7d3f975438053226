package dev.terrarium.services.s3;

import dev.terrarium.kernel.Cloud;
import dev.terrarium.kernel.ResourceType;
import dev.terrarium.kernel.Scope;
import dev.terrarium.kernel.ServicePackage;
import dev.terrarium.kernel.WebEndpoint;
import java.util.List;
import software.amazon.awssdk.services.s3.model.CreateBucketRequest;

/// Brings Amazon S3 to a cloud.
public final class S3Package implements ServicePackage {
  @Override
  public String name() {
    return "s3";
  }

  @Override
  public String clientInterface() {
    return "software.amazon.awssdk.services.s3.S3Client";
  }

  @Override
  public List<?> open(Cloud cloud) {
    var buckets = new Buckets(cloud);
    var ids = new VersionIds(cloud);
    var bodies = new Bodies(cloud);
    var objects = new ObjectTable(cloud, buckets, bodies, ids);
    var uploads = new Uploads(cloud, bodies);
    var writes = new Writes(cloud);
    var hooks = new Hooks();
    var deliveries = new Deliveries(cloud, ids);
    var notifications = new S3Notifications(cloud, buckets, deliveries);
    hooks.add(notifications);
    var replication = new S3Replication(cloud, buckets, objects, deliveries);
    hooks.add(replication);
    deliveries.add("s3", new ReplicaDestination(buckets, objects, bodies, hooks));
    deliveries.resume();
    var lifecycles = new Lifecycles(cloud, buckets, objects, uploads, hooks);
    buckets.observe(new AccessLogs(cloud, buckets, ids));
    var configurations = new Configurations(cloud);
    var inventories = new Inventories(cloud, buckets, objects, configurations);
    return List.of(
        deliveries,
        new S3Configurations(buckets, configurations, inventories),
        notifications,
        replication,
        new S3Buckets(cloud, buckets, objects, uploads),
        new S3Objects(buckets, objects, bodies, writes, hooks),
        new S3Select(cloud, buckets),
        new S3Gets(cloud, buckets, objects, bodies),
        new S3Deletes(cloud, buckets, objects, hooks),
        new S3Copies(cloud, buckets, objects, bodies, uploads, writes, hooks),
        new S3Multipart(cloud, buckets, objects, bodies, uploads, writes, ids, hooks),
        new S3Uploads(buckets, uploads),
        new S3ObjectSettings(cloud, buckets, objects, hooks),
        new S3Attributes(cloud, buckets, objects, bodies, hooks),
        new S3BucketSettings(buckets),
        new S3BucketAccess(buckets),
        new S3Websites(buckets),
        new S3Logging(buckets),
        new S3Lifecycle(cloud, buckets, lifecycles),
        new S3Listing(cloud, buckets, objects),
        new S3Guard(buckets, objects));
  }

  @Override
  public List<WebEndpoint> webEndpoints(Cloud cloud) {
    return List.of(
        new WebsiteEndpoint(cloud), new CorsEndpoint(cloud), new PostFormEndpoint(cloud));
  }

  @Override
  public List<ResourceType> resourceTypes(Cloud cloud) {
    return List.of(new BucketResource(cloud), new BucketPolicyResource(cloud));
  }

  /// A bucket is made in the client's region, unless the request names another.
  @Override
  public Object sent(Object request, Scope scope) {
    return request instanceof CreateBucketRequest create
        ? S3Buckets.inRegion(create, scope.region())
        : request;
  }
}
