/** Builds JSON Schemas (draft 2020-12) as maps and lists; other packages decide what the schemas describe. */
@NullMarked
package org.postseal.policy.schema;

import org.jspecify.annotations.NullMarked;
