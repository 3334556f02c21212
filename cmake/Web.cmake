# The player page, bundled by web/build.mjs into one HTML file, becomes part of the edge's binary:
# target weir_web, header "web/player_page.h" (weir::web::PlayerPage()).
find_program(NODE NAMES node nodejs REQUIRED)
set(player_html ${CMAKE_BINARY_DIR}/web/player.html)
file(GLOB player_sources CONFIGURE_DEPENDS ${PROJECT_SOURCE_DIR}/web/player/*)
add_custom_command(
  OUTPUT ${player_html}
  COMMAND ${NODE} ${PROJECT_SOURCE_DIR}/web/build.mjs ${player_html}
  DEPENDS ${player_sources} ${PROJECT_SOURCE_DIR}/web/build.mjs ${PROJECT_SOURCE_DIR}/package-lock.json
  COMMENT "Bundling the player page" VERBATIM)
add_custom_target(player_html DEPENDS ${player_html})

# `.incbin` costs no compile time, whatever the size.
set(player_asm ${CMAKE_BINARY_DIR}/web/player_page.S)
file(WRITE ${player_asm} "
.section .rodata
.global weir_player_page_begin
.global weir_player_page_end
weir_player_page_begin:
.incbin \"${player_html}\"
weir_player_page_end:
.byte 0
.section .note.GNU-stack,\"\",@progbits
")
enable_language(ASM)
set_source_files_properties(${player_asm} PROPERTIES OBJECT_DEPENDS ${player_html})
add_library(weir_web STATIC ${player_asm} ${PROJECT_SOURCE_DIR}/web/player_page.cc)
target_include_directories(weir_web PUBLIC ${PROJECT_SOURCE_DIR})
target_link_libraries(weir_web PUBLIC weir_base)
add_dependencies(weir_web player_html)
