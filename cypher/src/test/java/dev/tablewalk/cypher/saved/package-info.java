/** Tests of saved queries: their files, their folders, and those that come with tablewalk. */
@NullMarked
package dev.tablewalk.cypher.saved;

import org.jspecify.annotations.NullMarked;
