/**
 * One record as one line of JSON: the names of its fields, how it is written and read again, and what stands in it for
 * an address that nobody may read.
 */
@NullMarked
package org.postseal.gateway.audit.record;

import org.jspecify.annotations.NullMarked;
