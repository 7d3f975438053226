/// Amazon S3: buckets, objects and their versions, and everything that happens because of them.
@NullMarked
package dev.terrarium.services.s3;

import org.jspecify.annotations.NullMarked;
