/** Builds JSON Schemas (draft 2020-12) as maps and lists; what they describe is said elsewhere. */
@NullMarked
package org.postseal.policy.schema;

import org.jspecify.annotations.NullMarked;
