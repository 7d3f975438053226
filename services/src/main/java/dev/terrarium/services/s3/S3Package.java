package dev.terrarium.services.s3;

import dev.terrarium.kernel.Cloud;
import dev.terrarium.kernel.ServicePackage;
import java.util.List;

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
    return List.of(
        new S3Buckets(cloud, buckets, objects, uploads),
        new S3Objects(buckets, objects, bodies, writes, hooks),
        new S3Gets(buckets, objects, bodies),
        new S3Deletes(cloud, buckets, objects, hooks),
        new S3Listing(cloud, buckets, objects));
  }
}
