/// The SQL of S3 Select: a query over the records of one object, CSV or JSON.
@NullMarked
package dev.terrarium.services.s3.select;

import org.jspecify.annotations.NullMarked;
