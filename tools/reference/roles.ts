import { words } from "@yunhe/kernel";
import { roleTable } from "../../domains/identity/src/policies/reference.ts";
import type { Page } from "./page.ts";

const title = words("Roles", "角色");

export const rolePages = (): Page[] => [
  {
    path: "roles.md",
    language: "en",
    title,
    text: `# Roles\n\n[中文](roles.zh-CN.md)\n\nWhat each role may do to each class of kinds; a role may do all that those to its left may.\n\n${roleTable("en")}`,
  },
  {
    path: "roles.zh-CN.md",
    language: "zh",
    title,
    text: `# 角色\n\n[English](roles.md)\n\n各角色对各类对象的权限；每个角色拥有其左侧角色的全部权限。\n\n${roleTable("zh")}`,
  },
];
