/// The reference system `ddb-s3-versions`: every version of every item, and the table as it was.
@NullMarked
package dev.terrarium.systems.versions;

import org.jspecify.annotations.NullMarked;
